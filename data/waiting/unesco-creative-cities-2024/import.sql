-- UNESCO Creative Cities: each row is a city in its field; half of them with country, coordinates and year.

CREATE VIEW reasons AS FROM (VALUES
    ('no-country', 'left-out',
        'The list does not say in which country the city is, and our own register has none of this name.',
        'L''elenco non dice in quale Paese è la città, e il nostro registro non ne ha con questo nome.'),
    ('unknown-country', 'left-out',
        'The country has no code in data/import/countries.csv, and import.sql does not know it under another name.',
        'Il Paese non ha un codice in data/import/countries.csv, e import.sql non lo conosce sotto un altro nome.'),
    ('no-latin-name', 'left-out',
        'No address can be made of the name: it has no letters a to z.',
        'Dal nome non si può fare un indirizzo: non ha lettere dalla a alla z.'),
    ('homonym', 'left-out',
        'Several cities of the country have this name.',
        'Più città del Paese hanno questo nome.'),
    ('name-misspelt', 'repaired',
        'The name is written wrongly in the list.',
        'Il nome è scritto male nell''elenco.'),
    ('country-of-known-city', 'doubtful',
        'The list gives no country; the city of this name in our own register is taken for it.',
        'L''elenco non dà il Paese; si intende la città con questo nome nel nostro registro.'),
    ('country-ambiguous', 'doubtful',
        'More than one country is called so; the one in which the coordinates lie is taken.',
        'Più di un Paese si chiama così; si intende quello in cui cadono le coordinate.'),
    ('government-presumed', 'doubtful',
        'Which body joined is not said; a municipality is presumed.',
        'Non è detto quale ente abbia aderito; si presume un comune.')
) AS _(reason, outcome, en, it);

-- Names that data/import/countries.csv does not have.
CREATE VIEW other_names AS FROM (VALUES
    ('Brasil', 'BRA', false), ('Lietuva', 'LTU', false), ('Polska', 'POL', false), ('Danmark', 'DNK', false),
    ('Slovensko', 'SVK', false), ('Slovenija', 'SVN', false), ('Palestina', 'PSE', false), ('Turkey', 'TUR', false),
    ('The Bahamas', 'BHS', false), ('Czech Republic', 'CZE', false), ('Bosnia and Herzegovina', 'BIH', false),
    ('Trinidad and Tobago', 'TTO', false), ('Democratic Republic of the Congo', 'COD', false),
    ('Korea', 'KOR', true), ('Congo', 'COG', true)
) AS _(name, code, ambiguous);

CREATE VIEW misspelt AS FROM (VALUES ('Come', 'Italy', 'Como')) AS _(written, country, meant);

CREATE VIEW rows AS
SELECT
    origin,
    coalesce(misspelt.meant, "City Name") AS name,
    misspelt.written,
    listed."Country" AS country_name,
    coalesce(other_names.code, country(listed."Country")) AS country,
    coalesce(ambiguous, false) AS ambiguous,
    slug("Category") AS field,
    number("Latitude") AS latitude,
    number("Longitude") AS longitude,
    iso_year("Member since") AS year
FROM listed
LEFT JOIN other_names ON other_names.name = listed."Country"
LEFT JOIN misspelt ON misspelt.written = "City Name" AND misspelt.country = listed."Country";

-- The known city of a row: of its country, else the one of its name in our own register of cities. A larger register is no
-- help there: the only Burgos that one of Italy knows is not the one that is meant.
CREATE VIEW placed AS
SELECT
    rows.* EXCLUDE (country),
    slug(rows.name) AS short,
    coalesce(rows.country, elsewhere.country) AS country,
    coalesce(in_country.city, elsewhere.city) AS known,
    coalesce(in_country.government, elsewhere.government) AS government,
    coalesce(in_country.homonyms, 1) > 1 AS homonym
FROM rows
LEFT JOIN places AS in_country ON in_country.name = slug(rows.name) AND in_country.country = rows.country
LEFT JOIN (
    SELECT places.name, min(places.country) AS country, min(city) AS city, min(government) AS government
    FROM places JOIN known__cities AS cities ON cities.slug = city AND cities.source = 'register'
    GROUP BY places.name HAVING count(DISTINCT city) = 1
) AS elsewhere ON elsewhere.name = slug(rows.name) AND country_name IS NULL;

CREATE VIEW usable AS
SELECT
    placed.* EXCLUDE (government),
    placed.country || ' ' || name AS key,
    coalesce(known, earlier.government, lower(alpha_2) || '-' || short) AS city,
    coalesce(placed.government, city) AS government,
    placed.government IS NULL AS presumed
FROM placed
JOIN countries ON countries.code = placed.country
LEFT JOIN earlier_governments AS earlier ON earlier.key = placed.country || ' ' || name
WHERE short IS NOT NULL AND NOT homonym;

CREATE VIEW municipalities AS
SELECT origin, city AS slug, name, country, latitude, longitude FROM usable WHERE known IS NULL;

-- Of a city that is known, without its municipality.
CREATE VIEW governments AS
SELECT origin, government AS slug, 'Municipality' AS class, name, city AS governs
FROM usable WHERE presumed AND known IS NOT NULL;

CREATE VIEW addresses AS SELECT origin, 'government/' || government AS thing, key FROM usable;

CREATE VIEW memberships AS
SELECT origin, government, 'unesco-creative-cities' AS network, 'member' AS role, year AS start,
    CASE WHEN year IS NULL THEN '2024-10' END AS attested_on, field
FROM usable;

CREATE VIEW report AS
SELECT origin, 'no-country' AS reason, name AS detail FROM placed WHERE country_name IS NULL AND country IS NULL
UNION ALL SELECT origin, 'unknown-country', country_name FROM placed WHERE country_name IS NOT NULL AND country IS NULL
UNION ALL SELECT origin, 'no-latin-name', name FROM placed WHERE country IS NOT NULL AND short IS NULL
UNION ALL SELECT origin, 'homonym', name FROM placed WHERE homonym AND short IS NOT NULL
UNION ALL SELECT origin, 'name-misspelt', written || ': ' || name FROM rows WHERE written IS NOT NULL
UNION ALL SELECT origin, 'country-of-known-city', name || ': ' || known FROM usable WHERE country_name IS NULL
UNION ALL SELECT origin, 'country-ambiguous', name || ', ' || country_name || ': ' || country FROM usable WHERE ambiguous
UNION ALL SELECT origin, 'government-presumed', government FROM usable WHERE presumed;
