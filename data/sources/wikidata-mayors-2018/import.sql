-- Mayors of European cities in Wikidata: a row is a person at the head of a city's government. Of the file only city, country,
-- mayor and start are read; what else it says of the person is not ours to tell.

CREATE VIEW reasons AS FROM (VALUES
    ('no-name', 'left-out',
        'The mayor has no name in the file.',
        'Nel file il sindaco non ha un nome.'),
    ('unknown-country', 'left-out',
        'The country has no code in data/import/countries.csv.',
        'Il Paese non ha un codice in data/import/countries.csv.'),
    ('homonym', 'left-out',
        'Several cities of the country have this name, and the file does not say which it is.',
        'Più città del Paese hanno questo nome, e il file non dice quale sia.'),
    ('unknown-place', 'left-out',
        'The register of all municipalities of the country has none of this name.',
        'Il registro di tutti i comuni del Paese non ne ha con questo nome.'),
    ('superseded', 'left-out',
        'Somebody else began later as mayor of the same city.',
        'Un''altra persona ha iniziato dopo come sindaco della stessa città.'),
    ('several-mayors', 'left-out',
        'Several began as mayor of the city on the same day, the last one in the file.',
        'Più persone hanno iniziato come sindaco della città lo stesso giorno, l''ultimo nel file.'),
    ('erased', 'left-out',
        'The person has asked not to be described.',
        'La persona ha chiesto di non essere descritta.'),
    ('day-unknown', 'repaired',
        'The day is the first of a month or year; only month or year are taken.',
        'Il giorno è il primo di un mese o di un anno; si prendono solo mese o anno.'),
    ('name-in-capitals', 'repaired',
        'The name is in capitals.',
        'Il nome è in maiuscolo.'),
    ('listed-twice', 'repaired',
        'The same is in the file more than once, and taken once.',
        'La stessa cosa è nel file più volte, e si prende una volta.'),
    ('found-by-name', 'doubtful',
        'The city is not linked to Wikidata here; it is the only one of this name in its country.',
        'Qui la città non è collegata a Wikidata; è l''unica con questo nome nel suo Paese.'),
    ('perhaps-stale', 'doubtful',
        'In office for more than twenty years: perhaps Wikidata has not heard of the end.',
        'In carica da più di vent''anni: forse Wikidata non ha saputo della fine.'),
    ('government-presumed', 'doubtful',
        'Of which body the person is head is not said; a municipality is presumed.',
        'Non è detto di quale ente la persona sia a capo; si presume un comune.')
) AS _(reason, outcome, en, it);

CREATE MACRO item(address) AS regexp_extract(address, '^http://www[.]wikidata[.]org/entity/(Q[1-9][0-9]*)$', 1);

-- A country has all its municipalities in a register other than our own list of cities, or not; if so none is made up here.
CREATE VIEW registered_countries AS
SELECT DISTINCT country FROM known__municipalities SEMI JOIN registers USING (source);

CREATE TABLE rows AS
SELECT
    origin,
    item(city) AS qid,
    regexp_replace("cityLabel", ' [(]commune[)]$', '') AS city_name,
    slug(city_name) AS short,
    mayors.country AS country_name,
    CASE mayors.country WHEN 'Czech Republic' THEN 'CZE' ELSE country(mayors.country) END AS country,
    item(mayor) AS person_qid,
    nullif("mayorLabel", person_qid) AS said,
    upper(said) = said AND lower(said) <> said AS in_capitals,
    CASE WHEN in_capitals THEN in_mixed_case(said, []) ELSE said END AS name,
    start_date,
    regexp_replace(start_date, '(-01)?-01$', '') AS start
FROM mayors;

-- The city of each item: linked, else the only one of its name in the country, else new by country and name.
CREATE TABLE cities_found AS
WITH items AS (
    SELECT DISTINCT qid, city_name, short, country FROM rows WHERE country IS NOT NULL AND short IS NOT NULL
)
SELECT
    items.*, linked.city AS linked,
    coalesce(linked.city, CASE WHEN places.homonyms = 1 THEN places.city END) AS known,
    known IS NULL AND (coalesce(places.homonyms, 1) > 1 OR count(*) OVER (PARTITION BY items.country, items.short) > 1) AS homonym,
    known IS NULL AND NOT homonym AND items.country IN (FROM registered_countries) AS unknown,
    lower(alpha_2) || '-' || items.short AS minted
FROM items
JOIN countries ON countries.code = items.country
LEFT JOIN cities_in_wikidata AS linked USING (qid)
LEFT JOIN places ON places.country = items.country AND places.name = items.short;

CREATE VIEW governed AS SELECT city, min(government) AS government FROM places WHERE government IS NOT NULL GROUP BY city;

CREATE TABLE addressed AS
SELECT cities_found.*, coalesce(governed.government, earlier.government, known, minted) AS government,
    governed.government IS NULL AS presumed, called.label_en, called.label_it
FROM cities_found
LEFT JOIN governed ON governed.city = known
LEFT JOIN earlier_governments AS earlier ON earlier.key = qid
LEFT JOIN known__cities AS called ON called.slug = known AND called.source = 'register'
WHERE NOT homonym AND NOT unknown;

-- The latest of each city; who is linked to Wikidata keeps the address that we know.
CREATE TABLE usable AS
SELECT
    rows.*, city_addressed.* EXCLUDE (qid, city_name, short, country),
    max(start_date) OVER (PARTITION BY qid) AS latest,
    coalesce(replace(linked_person.subject_id, 'iuid:person/', ''), slug(rows.name) || '-' || lower(person_qid)) AS person,
    linked_person.subject_id IS NOT NULL AS person_known,
    list_contains((SELECT list(thing) FROM known__erased), 'person/' || person) AS erased
FROM rows JOIN addressed AS city_addressed USING (qid)
LEFT JOIN known__links AS linked_person ON linked_person.object_id = 'wd:' || person_qid
    AND linked_person.predicate_id = 'skos:exactMatch' AND linked_person.subject_id LIKE 'iuid:person/%'
WHERE rows.name IS NOT NULL;

CREATE TABLE holding AS
SELECT *, start_date = latest AND len(list_distinct(list(person) OVER (PARTITION BY qid, start_date))) > 1 AS several
FROM usable;

CREATE TABLE taken AS
SELECT *, government || '-mayor' AS post FROM holding WHERE start_date = latest AND NOT several AND NOT coalesce(erased, false);

CREATE VIEW municipalities AS
SELECT list(origin) AS origin, government AS slug, min(city_name) AS name, min(country) AS country
FROM taken WHERE known IS NULL GROUP BY government;

CREATE VIEW governments AS
SELECT origin, government AS slug, 'Municipality' AS class, known AS governs,
    coalesce(label_en, city_name) AS name FROM taken WHERE presumed AND known IS NOT NULL;

CREATE VIEW addresses AS
SELECT origin, 'government/' || government AS thing, qid AS key FROM taken;

CREATE VIEW people AS
SELECT origin, person AS slug, name, person_qid AS wikidata FROM taken WHERE NOT person_known;

CREATE VIEW posts AS
SELECT origin, post AS slug, 'Mayor of ' || coalesce(label_en, city_name) AS label_en,
    'Sindaco di ' || coalesce(label_it, city_name) AS label_it, 'government/' || government AS post_in, 'mayor' AS role
FROM taken;

CREATE VIEW holdings AS SELECT origin, person, post, start FROM taken;

CREATE VIEW report AS
SELECT origin, 'no-name' AS reason, city_name || ': ' || person_qid AS detail FROM rows WHERE name IS NULL
UNION ALL SELECT origin, 'unknown-country', country_name FROM rows WHERE name IS NOT NULL AND country IS NULL
UNION ALL SELECT rows.origin, 'homonym', city_name FROM rows JOIN cities_found USING (qid, city_name)
    WHERE homonym AND rows.name IS NOT NULL
UNION ALL SELECT rows.origin, 'unknown-place', city_name FROM rows JOIN cities_found USING (qid, city_name)
    WHERE unknown AND rows.name IS NOT NULL
UNION ALL SELECT origin, 'superseded', city_name || ', ' || start_date FROM usable WHERE start_date < latest
UNION ALL SELECT origin, 'several-mayors', city_name FROM holding WHERE several
UNION ALL SELECT origin, 'erased', '' FROM usable WHERE erased
UNION ALL SELECT origin, 'day-unknown', city_name || ': ' || start FROM taken WHERE start <> start_date
UNION ALL SELECT origin, 'name-in-capitals', name FROM taken WHERE in_capitals
UNION ALL SELECT origin, 'listed-twice', city_name FROM taken
    QUALIFY row_number() OVER (PARTITION BY person, post ORDER BY origin.row) > 1
UNION ALL SELECT origin, 'found-by-name', government FROM taken WHERE linked IS NULL AND known IS NOT NULL
UNION ALL SELECT origin, 'perhaps-stale', city_name || ': ' || start FROM taken WHERE start_date < '1998-01-01'
UNION ALL SELECT origin, 'government-presumed', government FROM taken WHERE presumed AND known IS NOT NULL;
