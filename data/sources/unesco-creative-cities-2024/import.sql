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
        'The name is written wrongly in the list, or otherwise than in others.',
        'Il nome è scritto male nell''elenco, o altrimenti che in altri.'),
    ('another-of-the-name', 'repaired',
        'The list has looked the name up in a country where another place has it; the country of UNESCO''s announcement is taken, and no coordinates.',
        'L''elenco ha cercato il nome in un Paese dove lo porta un altro luogo; si prende il Paese dell''annuncio dell''UNESCO, e nessuna coordinata.'),
    ('country-of-announcement', 'doubtful',
        'The list gives no country; that of UNESCO''s announcement of the city is taken, which was not at hand to be compared.',
        'L''elenco non dà il Paese; si prende quello dell''annuncio dell''UNESCO, che non era disponibile per il confronto.'),
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

-- What the list has wrong. Countries and years are those of UNESCO's announcements of new members (11 December 2015, 31
-- October 2017, 30 October 2019, 8 November 2021, 31 October 2023); Perth stands for the whole of Perth and Kinross.
CREATE VIEW corrections AS FROM (VALUES
    ('Come', 'Italy', 'Como', NULL, NULL),
    ('Herakleion', NULL, 'Heraklion', NULL, NULL),
    ('Okayama City', NULL, 'Okayama', NULL, NULL),
    ('Seattle', NULL, 'Seattle, WA', NULL, NULL),
    ('Ambon', 'France', 'Ambon', 'IDN', '2019'),
    ('Buenaventura', 'Spain', 'Buenaventura', 'COL', '2017'),
    ('Granada', 'Spain', 'Granada', 'NIC', '2023'),
    ('Kazan', 'Turkey', 'Kazan', 'RUS', '2019'),
    ('London', 'United Kingdom', 'London', 'CAN', '2021'),
    ('Madaba', 'Tanzania', 'Madaba', 'JOR', '2017'),
    ('Mérida', 'Spain', 'Mérida', 'MEX', '2019'),
    ('Panama City', 'United States', 'Panama City', 'PAN', '2017'),
    ('Perth', 'Australia', 'Perth and Kinross', 'GBR', '2021'),
    ('Salvador', 'El Salvador', 'Salvador', 'BRA', '2015'),
    ('Slemani', 'Germany', 'Slemani', 'IRQ', '2019'),
    ('Trinidad', 'Trinidad and Tobago', 'Trinidad', 'CUB', '2019')
) AS _(written, listed_in, meant, country, year);

-- The countries of those for which the list gives none, by UNESCO's announcements of new members, which were not at hand when
-- this was written. In each of them GeoNames has a place of the name, but of six that it writes otherwise: Al-Ahsa, Okayama
-- City, Suphanburi, Tambasasayama, Umngeni Howick and Vicente Lopez.
CREATE VIEW announced AS FROM (VALUES
    ('Abu Dhabi', 'ARE'), ('Afyonkarahisar', 'TUR'), ('Al-Ahsa', 'SAU'), ('Alba', 'ITA'), ('Arequipa', 'PER'),
    ('Asaba', 'NGA'), ('Ashgabat', 'TKM'), ('Ballarat', 'AUS'), ('Banja Luka', 'BIH'), ('Barcelos', 'PRT'),
    ('Battambang', 'KHM'), ('Beijing', 'CHN'), ('Belfast', 'GBR'), ('Belém', 'BRA'), ('Bergamo', 'ITA'),
    ('Bida', 'NGA'), ('Bilbao', 'ESP'), ('Bissau', 'GNB'), ('Bitola', 'MKD'), ('Bogota', 'COL'), ('Bolzano', 'ITA'),
    ('Bradford', 'GBR'), ('Brasilia', 'BRA'), ('Bremen', 'DEU'), ('Bristol', 'GBR'), ('Brno', 'CZE'),
    ('Bucheon', 'KOR'), ('Buffalo City', 'ZAF'), ('Bukhara', 'UZB'), ('Buraidah', 'SAU'), ('Burgos', 'ESP'),
    ('Busan', 'KOR'), ('Bydgoszcz', 'POL'), ('Caen', 'FRA'), ('Cairo', 'EGY'), ('Caldas da Rainha', 'PRT'),
    ('Caracas', 'VEN'), ('Carrara', 'ITA'), ('Casablanca', 'MAR'), ('Castelo Branco', 'PRT'), ('Cetinje', 'MNE'),
    ('Changsha', 'CHN'), ('Chaozhou', 'CHN'), ('Chiang Rai', 'THA'), ('Chongqing', 'CHN'), ('Chordeleg', 'ECU'),
    ('Cochabamba', 'BOL'), ('Concepción', 'CHL'), ('Da Lat', 'VNM'), ('Dakar', 'SEN'), ('Dundee', 'GBR'),
    ('Fribourg', 'CHE'), ('Gabrovo', 'BGR'), ('Gangneung', 'KOR'), ('Graz', 'AUT'), ('Guadalajara', 'MEX'),
    ('Gwalior', 'IND'), ('Hangzhou', 'CHN'), ('Hatay', 'TUR'), ('Havana', 'CUB'), ('Heidelberg', 'DEU'),
    ('Herakleion', 'GRC'), ('Hobart', 'AUS'), ('Hoi An', 'VNM'), ('Huai’an', 'CHN'), ('Huancayo', 'PER'),
    ('Hyderabad', 'IND'), ('Iaşi', 'ROU'), ('Iloilo', 'PHL'), ('Ipoh', 'MYS'), ('Istanbul', 'TUR'), ('Jacmel', 'HTI'),
    ('Jaipur', 'IND'), ('Jingdezhen', 'CHN'), ('Kansas City', 'USA'), ('Kargopol', 'RUS'), ('Kathmandu', 'NPL'),
    ('Katowice', 'POL'), ('Kermanshah', 'IRN'), ('Kingston', 'JAM'), ('Kinshasa', 'COD'), ('Kortrijk', 'BEL'),
    ('Kozhikode', 'IND'), ('Krakow', 'POL'), ('Kuching', 'MYS'), ('Kuhmo', 'FIN'), ('Kutaisi', 'GEO'),
    ('Kütahya', 'TUR'), ('Kırşehir', 'TUR'), ('Lahore', 'PAK'), ('Lankaran', 'AZE'), ('Launceston', 'AUS'),
    ('Leeuwarden', 'NLD'), ('Linz', 'AUT'), ('Llíria', 'ESP'), ('Lviv', 'UKR'), ('Manchester', 'GBR'),
    ('Mannheim', 'DEU'), ('Medellín', 'COL'), ('Mexicali', 'MEX'), ('Montecristi', 'ECU'), ('Montevideo', 'URY'),
    ('Montreux', 'CHE'), ('Nagoya', 'JPN'), ('Nkongsamba', 'CMR'), ('Norwich', 'GBR'), ('Novi Sad', 'SRB'),
    ('Okayama City', 'JPN'), ('Ouarzazate', 'MAR'), ('Oulu', 'FIN'), ('Paraty', 'BRA'), ('Pasto', 'COL'),
    ('Pekalongan', 'IDN'), ('Penedo', 'BRA'), ('Phetchaburi', 'THA'), ('Phuket', 'THA'), ('Port Louis', 'MUS'),
    ('Port of Spain', 'TTO'), ('Portoviejo', 'ECU'), ('Potsdam', 'DEU'), ('Praia', 'CPV'), ('Querétaro', 'MEX'),
    ('Rasht', 'IRN'), ('Recife', 'BRA'), ('Reykjavík', 'ISL'), ('Rio de Janeiro', 'BRA'), ('Rome', 'ITA'),
    ('Rouen', 'FRA'), ('San Cristóbal de las Casas', 'MEX'), ('Santa Fe', 'USA'), ('Santiago de Cali', 'COL'),
    ('Santo Domingo', 'DOM'), ('Santos', 'BRA'), ('Sapporo', 'JPN'), ('Seattle', 'USA'), ('Shanghai', 'CHN'),
    ('Sheki', 'AZE'), ('Shunde', 'CHN'), ('Sofia', 'BGR'), ('Suphanburi', 'THA'), ('Surakarta', 'IDN'),
    ('Sydney', 'AUS'), ('Taif', 'SAU'), ('Tambasasayama', 'JPN'), ('Tbilisi', 'GEO'), ('Terrassa', 'ESP'),
    ('Tukums', 'LVA'), ('Ulaanbaatar', 'MNG'), ('Umngeni Howick', 'ZAF'), ('Utrecht', 'NLD'), ('Valencia', 'ESP'),
    ('Valparaíso', 'CHL'), ('Varanasi', 'IND'), ('Varaždin', 'HRV'), ('Veliky Novgorod', 'RUS'),
    ('Vicente Lopez', 'ARG'), ('Vranje', 'SRB'), ('Yangzhou', 'CHN'), ('Óbidos', 'PRT'), ('Östersund', 'SWE'),
    ('Łódź', 'POL'), ('Şanlıurfa', 'TUR')
) AS _(name, country);

CREATE VIEW rows AS
SELECT
    origin,
    coalesce(meant, "City Name") AS name,
    written,
    corrections.country IS NOT NULL AS misplaced,
    listed."Country" AS country_name,
    coalesce(corrections.country, other_names.code, country(listed."Country"), announced.country) AS country,
    announced.country IS NOT NULL AS announced,
    coalesce(ambiguous, false) AS ambiguous,
    slug("Category") AS field,
    CASE WHEN NOT misplaced THEN number("Latitude") END AS latitude,
    CASE WHEN NOT misplaced THEN number("Longitude") END AS longitude,
    coalesce(corrections.year, iso_year("Member since")) AS year
FROM listed
LEFT JOIN other_names ON other_names.name = listed."Country"
LEFT JOIN corrections ON written = "City Name" AND listed_in IS NOT DISTINCT FROM listed."Country"
LEFT JOIN announced ON announced.name = "City Name" AND listed."Country" IS NULL;

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
UNION ALL SELECT origin, 'name-misspelt', written || ': ' || name FROM rows WHERE written IS NOT NULL AND NOT misplaced
UNION ALL SELECT origin, 'another-of-the-name', written || ', ' || country_name || ': ' || country FROM rows WHERE misplaced
UNION ALL SELECT origin, 'country-of-announcement', name || ': ' || country FROM usable WHERE announced
UNION ALL SELECT origin, 'country-of-known-city', name || ': ' || known FROM usable WHERE country_name IS NULL AND NOT announced
UNION ALL SELECT origin, 'country-ambiguous', name || ', ' || country_name || ': ' || country FROM usable WHERE ambiguous
UNION ALL SELECT origin, 'government-presumed', government FROM usable WHERE presumed;
