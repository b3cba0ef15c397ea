-- What every import.sql may use besides DuckDB's own functions. Empty cells are NULL, and so is what cannot be made out.

-- The short name of a thing in its address: lower-case letters a-z, digits and single hyphens.
CREATE MACRO transliterated(text) AS replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(
    lower(text), 'ß', 'ss'), 'æ', 'ae'), 'œ', 'oe'), 'ø', 'o'), 'ł', 'l'), 'đ', 'd'), 'ð', 'd'), 'þ', 'th'), 'ħ', 'h'), 'ı', 'i');

CREATE MACRO slug(text) AS nullif(
    trim(regexp_replace(strip_accents(transliterated(text)), '[^a-z0-9]+', '-', 'g'), '-'), '');

-- Dates as our tables have them, of a text in a format of strptime: iso_date('15/12/2015', '%d/%m/%Y') is 2015-12-15.
CREATE MACRO iso_date(text, format) AS strftime(try_strptime(text, format), '%Y-%m-%d');
CREATE MACRO iso_month(text, format) AS strftime(try_strptime(text, format), '%Y-%m');

-- A year that a spreadsheet has made a fraction of: 2021.0.
CREATE MACRO iso_year(text) AS nullif(regexp_extract(text, '^([0-9]{4})([.]0)?$', 1), '');

-- A number, of a text with a decimal comma or point.
CREATE MACRO number(text) AS TRY_CAST(replace(text, ',', '.') AS DOUBLE);

-- The code of a country in the EU authority table, of the code of two letters or of three, or of its English or Italian
-- name. The EU writes EL and UK where ISO 3166 has GR and GB.
CREATE TABLE country_names AS
SELECT DISTINCT lower(name) AS name, code
FROM (
    SELECT code, unnest([code, alpha_2, label_en, label_it]) AS name FROM countries
    UNION ALL VALUES ('GRC', 'EL'), ('GBR', 'UK')
)
WHERE name IS NOT NULL;

CREATE MACRO country(text) AS (SELECT code FROM country_names WHERE country_names.name = lower(trim(text)));

-- An import gives the same each time, so there is no chance and no clock.
CREATE MACRO refused() AS error('an import gives the same each time: no chance, no clock');
CREATE MACRO random() AS refused();
CREATE MACRO uuid() AS refused();
CREATE MACRO uuidv4() AS refused();
CREATE MACRO uuidv7() AS refused();
CREATE MACRO gen_random_uuid() AS refused();
CREATE MACRO now() AS refused();
CREATE MACRO today() AS refused();
CREATE MACRO get_current_timestamp() AS refused();
CREATE MACRO transaction_timestamp() AS refused();
CREATE MACRO current_date() AS refused();
CREATE MACRO current_timestamp() AS refused();
CREATE MACRO current_localtime() AS refused();
CREATE MACRO current_localtimestamp() AS refused();

-- The places that the registers know by name: the name as a slug, the city, its municipality if they know one, and how many
-- cities of the country have the name (also_called: by which lists call them otherwise). Those that are no more are not among them. Only registers, so that what one list of
-- members makes does not depend on which other was imported before it; by the same rule they mint the same addresses.
CREATE TABLE places AS
WITH governing AS (
    SELECT unnest(string_split(governs, ';')) AS city, slug AS government
    FROM known__governments SEMI JOIN registers USING (source) WHERE class = 'Municipality' AND "end" IS NULL
    UNION SELECT slug, slug FROM known__municipalities SEMI JOIN registers USING (source) WHERE "end" IS NULL
),
named AS (
    SELECT country, slug AS city, unnest([name, label_en, label_it]) AS name
    FROM known__cities SEMI JOIN registers USING (source) WHERE "end" IS NULL
    UNION SELECT country, slug, name FROM known__municipalities SEMI JOIN registers USING (source) WHERE "end" IS NULL
),
called AS (
    FROM named UNION SELECT country, city, also FROM named JOIN also_called USING (country, name)
)
SELECT country, slug(name) AS name, min(city) AS city, min(government) AS government, count(DISTINCT city) AS homonyms
FROM called LEFT JOIN governing USING (city)
WHERE name IS NOT NULL
GROUP BY country, slug(name);

-- The government that a key of the publisher's was given before, or where its address leads to now (moved.csv). An address is
-- minted once and never given again, so take this one before any that is made anew; the view addresses (origin, thing, key)
-- says which key each thing has now.
CREATE TABLE earlier_governments AS
SELECT DISTINCT key, replace(coalesce(moved_to, earlier.thing), 'government/', '') AS government
FROM earlier_addresses AS earlier LEFT JOIN known__moved AS moved USING (thing)
WHERE earlier.thing LIKE 'government/%';

-- The cities that are an item of Wikidata for sure, of those that others describe: what only the source at hand describes is
-- not known before it is imported.
CREATE VIEW cities_in_wikidata AS
SELECT replace(object_id, 'wd:', '') AS qid, replace(subject_id, 'iuid:city/', '') AS city
FROM known__links
WHERE predicate_id = 'skos:exactMatch' AND object_id LIKE 'wd:Q%'
    AND subject_id IN (SELECT 'iuid:city/' || slug FROM known__cities UNION SELECT 'iuid:city/' || slug FROM known__municipalities);

-- A name in capitals as people write it; the words of joining (di, del, sur) stay small, save at the beginning.
CREATE MACRO in_mixed_case(text, joining) AS list_aggregate(list_transform(
    regexp_extract_all(lower(text), '[^ ''/-]+|[ ''/-]'),
    lambda word, i: CASE WHEN i > 1 AND list_contains(joining, word) THEN word ELSE upper(word[1]) || word[2:] END
), 'string_agg', '');
