-- Italian municipalities since 1861: a row is an interval in which name, province and territory stayed the same. What stays
-- the same through all of them is the cadastral code.

CREATE VIEW reasons AS FROM (VALUES
    ('no-cadastral-code', 'left-out',
        'The row has no cadastral code (ND), so nothing tells to which municipality the interval belongs.',
        'La riga non ha codice catastale (ND), quindi nulla dice a quale comune appartiene l''intervallo.'),
    ('homonym', 'doubtful',
        'Another municipality has or had this name; the province, or the cadastral code, is in the address.',
        'Un altro comune ha o ha avuto questo nome; la provincia, o il codice catastale, è nell''indirizzo.'),
    ('break', 'doubtful',
        'The municipality did not exist between the interval before and this one; it is described as one, from first to last.',
        'Il comune non è esistito tra l''intervallo precedente e questo; è descritto come uno solo, dal primo all''ultimo.'),
    ('overlap', 'doubtful',
        'The interval begins before the one before it has ended; the first and the last day of all are taken.',
        'L''intervallo inizia prima della fine del precedente; si prendono il primo e l''ultimo giorno di tutti.')
) AS _(reason, outcome, en, it);

CREATE MACRO joining() AS ['di', 'del', 'dello', 'della', 'dei', 'degli', 'delle', 'dell', 'd', 'de', 'da', 'dal', 'dalla',
    'dall', 'in', 'nel', 'nella', 'nell', 'su', 'sul', 'sulla', 'sull', 'sui', 'con', 'e', 'ed', 'a', 'al', 'alla', 'alle',
    'ai', 'agli', 'all', 'la', 'lo', 'il', 'le', 'lu', 'tra', 'fra', 'per', 'presso', 'en', 'des', 'du', 'an', 'im', 'am'];

CREATE TABLE rows AS
SELECT
    origin,
    "CODCATASTALE" AS belfiore,
    "CODISTAT" AS istat,
    "SIGLAPROVINCIA" AS province,
    in_mixed_case("DENOMINAZIONE_IT", joining()) AS name,
    in_mixed_case("ALTRADENOMINAZIONE", joining()) AS second_name,
    "DATAISTITUZIONE"::DATE AS begins,
    nullif("DATACESSAZIONE", '9999-12-31')::DATE AS ends,
    lag("DATACESSAZIONE"::DATE) OVER (PARTITION BY "CODCATASTALE" ORDER BY "DATAISTITUZIONE", origin.row) AS earlier_ends
FROM intervals;

CREATE TABLE merged AS
SELECT
    belfiore,
    list(origin ORDER BY begins, origin.row) AS origins,
    arg_max(name, (begins, origin.row)) AS name,
    arg_max(istat, (begins, origin.row)) AS istat,
    arg_max(province, (begins, origin.row)) AS province,
    list_distinct(flatten([list(name ORDER BY begins), list(second_name ORDER BY begins)])) AS names,
    min(begins) AS begins,
    CASE WHEN bool_or(ends IS NULL) THEN NULL ELSE max(ends) END AS ends
FROM rows WHERE belfiore <> 'ND' GROUP BY belfiore;

-- A name alone is the address of the one that has it now and that nobody shares it with; the one that the register knows by
-- another name (Firenze, it-florence) keeps its address, and so does every one that has had one from here.
CREATE TABLE named AS
SELECT
    merged.*,
    slug(merged.name) AS short,
    slug(merged.name) || '-' || lower(province) AS in_province,
    coalesce(registered.city, earlier.government) AS registered,
    taken.key IS NOT NULL AS taken,
    count(*) OVER (PARTITION BY slug(merged.name)) AS sharing,
    count(*) FILTER (ends IS NULL) OVER (PARTITION BY slug(merged.name)) AS sharing_now,
    count(*) OVER (PARTITION BY slug(merged.name), province) AS sharing_in_province
FROM merged
LEFT JOIN (
    SELECT slug(unnest([label_en, label_it])) AS name, slug AS city
    FROM known__cities WHERE source = 'register' AND country = 'ITA'
) AS registered ON registered.name = slug(merged.name) AND merged.ends IS NULL
LEFT JOIN earlier_governments AS earlier ON earlier.key = belfiore
LEFT JOIN earlier_governments AS taken ON taken.government = 'it-' || slug(merged.name) AND taken.key <> belfiore;

CREATE TABLE addressed AS
SELECT DISTINCT
    named.*,
    CASE
        WHEN registered IS NOT NULL THEN registered
        WHEN NOT taken AND (sharing = 1 OR (ends IS NULL AND sharing_now = 1)) THEN 'it-' || short
        WHEN sharing_in_province = 1 THEN 'it-' || in_province
        ELSE 'it-' || in_province || '-' || lower(belfiore)
    END AS address
FROM named;

CREATE VIEW municipalities AS
SELECT
    origins AS origin,
    address AS slug,
    name,
    'ITA' AS country,
    list_sort(list_filter(names, lambda other: other <> name)) AS other_names,
    CASE WHEN begins >= DATE '1948-01-01' THEN begins END AS start,
    CASE WHEN begins < DATE '1948-01-01' THEN begins END AS start_latest,
    ends AS "end",
    CASE WHEN ends IS NULL THEN istat END AS istat,
    belfiore
FROM addressed;

CREATE VIEW addresses AS SELECT origins AS origin, 'government/' || address AS thing, belfiore AS key FROM addressed;

-- The codes that a municipality has borne before the one it has: until when is known, since when is not, for the archive
-- gives those of today also to the time before there were any.
CREATE VIEW identifiers AS
SELECT
    list(rows.origin) AS origin,
    'government/' || any_value(address) AS "of",
    'istat' AS scheme,
    rows.istat AS code,
    max(rows.ends) AS "end"
FROM rows JOIN addressed USING (belfiore)
WHERE addressed.ends IS NOT NULL OR rows.istat <> addressed.istat
GROUP BY belfiore, rows.istat;

CREATE VIEW report AS
SELECT origin, 'no-cadastral-code' AS reason, name AS detail FROM rows WHERE belfiore = 'ND'
UNION ALL SELECT origins[1], 'homonym', address FROM addressed WHERE ends_with(address, '-' || lower(province)) OR ends_with(address, '-' || lower(belfiore))
UNION ALL SELECT origin, 'break', name || ', ' || earlier_ends || ' – ' || begins FROM rows
    WHERE belfiore <> 'ND' AND begins > earlier_ends + 1
UNION ALL SELECT origin, 'overlap', name || ', ' || begins || ' – ' || earlier_ends FROM rows
    WHERE belfiore <> 'ND' AND begins <= earlier_ends;
