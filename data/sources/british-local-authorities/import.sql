-- Local authorities of the United Kingdom: a row is one, with the code of those that have replaced it.

CREATE VIEW reasons AS FROM (VALUES
    ('unknown-type', 'left-out',
        'What kind of authority it is, is not known here.',
        'Che tipo di autorità sia qui non è noto.'),
    ('start-of-register', 'repaired',
        'The first day is one that the list gives to many at once, not that of the authority, and is not taken.',
        'Il primo giorno è uno che l''elenco dà a molte insieme, non quello dell''autorità, e non si prende.'),
    ('end-is-start-of-next', 'repaired',
        'The day on which the next one began is given as the last; the day before is taken.',
        'Come ultimo giorno è dato quello in cui è iniziata la successiva; si prende il giorno prima.'),
    ('code-of-others', 'repaired',
        'The code is not of the three letters that the registers of the government give, and is not taken.',
        'Il codice non è delle tre lettere che danno i registri del governo, e non si prende.'),
    ('homonym', 'doubtful',
        'Another authority has this name now; the code is in the address.',
        'Ora un''altra autorità ha questo nome; il codice è nell''indirizzo.'),
    ('successor-unknown', 'doubtful',
        'What has replaced it is not in the list.',
        'Ciò che l''ha sostituita non è nell''elenco.')
) AS _(reason, outcome, en, it);

-- Of what class of ours the types of the list are, and what their address ends in where the place has the name too.
CREATE VIEW types AS FROM (VALUES
    ('Non-metropolitan district', 'Municipality', ''), ('Metropolitan district', 'Municipality', ''),
    ('Unitary authority', 'Municipality', ''), ('NI district', 'Municipality', ''),
    ('Scottish unitary authority', 'Municipality', ''), ('Welsh unitary authority', 'Municipality', ''),
    ('London borough', 'Municipality', ''), ('City corporation', 'Municipality', ''),
    ('County', 'Province', '-county'), ('Combined authority', 'JointBody', ''),
    ('Strategic Regional Authority', 'MetropolitanAuthority', '-authority')
) AS _(type, class, ending);

CREATE TABLE rows AS
SELECT
    origin,
    "local-authority-code" AS code,
    regexp_full_match(code, '[A-Z]{3}') AS official_code,
    CASE WHEN "nice-name" = 'City of London' THEN "nice-name"  -- which is not London
        ELSE regexp_replace("nice-name", '^City of | City$| Council$', '') END AS name,
    "official-name" AS official_name,
    "gss-code" AS gss,
    "former-gss-codes" AS former_gss,
    types.class,
    slug(CASE class WHEN 'JointBody' THEN official_name ELSE name END) AS bare,
    bare || CASE WHEN ends_with(bare, ending) THEN '' ELSE ending END AS short,
    -- the days on which a register was begun, and one on which two of seven combined authorities began
    regexp_matches("start-date", '^2005-0[56]-') OR ("start-date" = '2014-04-01' AND class = 'JointBody') AS of_register,
    CASE WHEN NOT of_register THEN "start-date" END AS start,
    "end-date" LIKE '%-04-01' AS one_late,
    CASE WHEN one_late THEN strftime("end-date"::DATE - 1, '%Y-%m-%d') ELSE "end-date" END AS ends,
    string_split("replaced-by", ',') AS replaced_by,
    "combined-authority" AS combined,
    number("lat") AS latitude,
    number("long") AS longitude,
    string_split("alt-names", ',') AS other_names
FROM authorities LEFT JOIN types ON types.type = "local-authority-type-name";

CREATE TABLE addressed AS
WITH registered AS (
    SELECT rows.origin, min(cities.slug) AS slug
    FROM rows JOIN known__cities AS cities ON cities.source = 'register' AND cities.country = 'GBR'
        AND (list_contains(rows.other_names, lower(label_en)) OR slug(label_en) = short)
    WHERE class = 'Municipality' AND ends IS NULL
    GROUP BY rows.origin
)
SELECT
    rows.*,
    registered.slug IS NOT NULL AS placed,
    coalesce(registered.slug, earlier.government, 'gb-' || short || CASE
        WHEN ends IS NOT NULL AND count(*) OVER (PARTITION BY short) > 1 THEN '-' || lower(code) ELSE '' END) AS address
FROM rows
LEFT JOIN registered USING (origin)
LEFT JOIN earlier_governments AS earlier ON earlier.key = code
WHERE class IS NOT NULL;

-- The city, and that a municipality governs it. Where a city of our own register lies, that says.
CREATE VIEW municipalities AS
SELECT origin, address AS slug, name, 'GBR' AS country,
    CASE WHEN NOT placed THEN latitude END AS latitude, CASE WHEN NOT placed THEN longitude END AS longitude,
    start, ends AS "end", gss
FROM addressed WHERE class = 'Municipality';

CREATE VIEW addresses AS SELECT origin, 'government/' || address AS thing, code AS key FROM addressed;

-- What the council is called; in Italian a municipality is called after its city.
CREATE VIEW governments AS
SELECT origin, address AS slug, class, official_name AS label_en,
    CASE class WHEN 'JointBody' THEN official_name WHEN 'MetropolitanAuthority' THEN 'Autorità della Grande Londra'
        WHEN 'Province' THEN 'Contea di ' || county END AS label_it,
    CASE class WHEN 'JointBody' THEN (
        SELECT list(member.address ORDER BY member.address) FROM addressed AS member
        WHERE member.combined = body.code AND member.code <> body.code AND member.ends IS NULL
    ) END AS members,
    CASE WHEN class = 'JointBody' AND official_name <> name THEN [name] WHEN class = 'Province' THEN [county] END AS other_names,
    CASE WHEN class <> 'Municipality' THEN start END AS start,
    CASE WHEN class <> 'Municipality' THEN ends END AS "end"
FROM (SELECT *, regexp_replace(name, ' County$', '') AS county FROM addressed) AS body;

CREATE VIEW identifiers AS
SELECT origin, 'government/' || address AS "of", 'gb-local-authority' AS scheme, code FROM addressed WHERE official_code
UNION ALL SELECT origin, 'government/' || address, 'gss', gss FROM addressed WHERE gss IS NOT NULL AND class <> 'Municipality'
UNION ALL SELECT origin, 'government/' || address, 'gss', unnest(string_split(former_gss, ',')) FROM addressed
    WHERE former_gss IS NOT NULL;

CREATE VIEW changes AS
WITH successions AS (
    SELECT earlier.origin, earlier.address AS original, earlier.ends, earlier.replaced_by, later.address AS resulting
    FROM (SELECT *, unnest(replaced_by) AS successor FROM addressed) AS earlier
    JOIN addressed AS later ON later.code = successor
)
SELECT
    list(origin) AS origin,
    'gb-' || lower(array_to_string(replaced_by, '-')) || '-' || ends[:4] AS slug,
    CASE WHEN count(DISTINCT resulting) > 1 THEN 'split' WHEN count(DISTINCT original) > 1 THEN 'merger' ELSE 'replacement'
        END AS kind,
    list_sort(list_distinct(list(original))) AS original,
    list_sort(list_distinct(list(resulting))) AS resulting,
    strftime(max(ends)::DATE + 1, '%Y-%m-%d') AS start
FROM successions WHERE ends IS NOT NULL GROUP BY replaced_by, ends[:4];

CREATE VIEW report AS
SELECT origin, 'unknown-type' AS reason, name AS detail FROM rows WHERE class IS NULL
UNION ALL SELECT origin, 'start-of-register', name FROM addressed WHERE of_register
UNION ALL SELECT origin, 'end-is-start-of-next', name FROM addressed WHERE one_late
UNION ALL SELECT origin, 'code-of-others', name || ': ' || code FROM addressed WHERE NOT official_code
UNION ALL SELECT origin, 'homonym', address FROM addressed WHERE ends_with(address, '-' || lower(code))
UNION ALL SELECT origin, 'successor-unknown', name || ': ' || successor
    FROM (SELECT *, unnest(replaced_by) AS successor FROM addressed) WHERE successor NOT IN (SELECT code FROM addressed);
