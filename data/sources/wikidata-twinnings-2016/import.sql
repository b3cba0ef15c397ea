-- Twinned cities in Wikidata: a row is an item and one that it is twinned with, most of them in both directions. The file has
-- no names: an item is a city by our links, or by the address that another source has recorded for it, or is left out.

CREATE VIEW reasons AS FROM (VALUES
    ('unknown-place', 'left-out',
        'Not both items are known here as cities.',
        'Non entrambi gli elementi sono noti qui come città.'),
    ('one-direction', 'doubtful',
        'Only one of the two has the other as its twin.',
        'Solo una delle due ha l''altra come gemella.'),
    ('government-presumed', 'doubtful',
        'Which body of the city is twinned is not said; a municipality is presumed.',
        'Non è detto quale ente della città sia gemellato; si presume un comune.')
) AS _(reason, outcome, en, it);

CREATE VIEW governed AS SELECT city, min(government) AS government FROM places WHERE government IS NOT NULL GROUP BY city;

CREATE TABLE items AS
WITH linked AS (
    SELECT qid, city, coalesce(governed.government, earlier.government, city) AS government, governed.government IS NULL AS presumed
    FROM cities_in_wikidata LEFT JOIN governed USING (city) LEFT JOIN earlier_governments AS earlier ON earlier.key = qid
)
FROM linked
UNION ALL
SELECT key, NULL, replace(min(thing), 'government/', ''), false
FROM known__addresses ANTI JOIN linked ON qid = key
WHERE regexp_full_match(key, 'Q[1-9][0-9]*') AND thing LIKE 'government/%'
GROUP BY key HAVING count(DISTINCT thing) = 1;

CREATE TABLE rows AS
SELECT
    origin, "_col.1" AS qid, "_col.2" AS other_qid, one.government AS one, other.government AS other,
    one.qid IS NOT NULL AND other.qid IS NOT NULL AND one <> other AS known
FROM pairs
LEFT JOIN items AS one ON one.qid = "_col.1"
LEFT JOIN items AS other ON other.qid = "_col.2";

CREATE VIEW twinnings AS
SELECT list(origin) AS origin, least(one, other) AS partner_1, greatest(one, other) AS partner_2, '2016' AS attested_on
FROM rows WHERE known GROUP BY ALL;

CREATE TABLE presumed AS
SELECT list(origin ORDER BY origin) AS origin, qid, government, city
FROM (SELECT origin, unnest([qid, other_qid]) AS qid FROM rows WHERE known) JOIN items USING (qid)
WHERE presumed GROUP BY qid, government, city;

CREATE VIEW governments AS
SELECT presumed.origin, government AS slug, 'Municipality' AS class, label_en AS name, city AS governs
FROM presumed JOIN known__cities AS cities ON cities.slug = city AND cities.source = 'register';

CREATE VIEW addresses AS SELECT origin, 'government/' || government AS thing, qid AS key FROM presumed;

CREATE VIEW report AS
SELECT origin, 'unknown-place' AS reason, qid || ' ' || other_qid AS detail FROM rows WHERE NOT coalesce(known, false)
UNION ALL SELECT rows.origin, 'one-direction', one || ', ' || other FROM rows
    ANTI JOIN rows AS back ON back.qid = rows.other_qid AND back.other_qid = rows.qid
    WHERE known
UNION ALL SELECT origin[1], 'government-presumed', government FROM presumed;
