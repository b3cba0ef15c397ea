-- Signatories of the Covenant of Mayors: a row is a local government, or a group of them (group_profile). A hyphen is nothing.
-- The column mayor is not read: its names are stale.

CREATE VIEW reasons AS FROM (VALUES
    ('no-latin-name', 'left-out',
        'No address can be made of the name: it has no letters a to z.',
        'Dal nome non si può fare un indirizzo: non ha lettere dalla a alla z.'),
    ('homonym', 'left-out',
        'Several municipalities of the country have this name, and the list does not say which it is.',
        'Più comuni del Paese hanno questo nome, e l''elenco non dice quale sia.'),
    ('unknown-country', 'left-out',
        'The country has no code in data/import/countries.csv.',
        'Il Paese non ha un codice in data/import/countries.csv.'),
    ('kind-in-name', 'repaired',
        'The name says what kind of body it is (Comune di …); that is not part of it.',
        'Il nome dice che tipo di ente è (Comune di …); ciò non ne fa parte.'),
    ('note-in-name', 'repaired',
        'The name carries a note: the year of a target, a province, that it is there twice; that is not part of it.',
        'Il nome porta una nota: l''anno di un obiettivo, una provincia, che c''è due volte; ciò non ne fa parte.'),
    ('name-in-capitals', 'repaired',
        'The name is in capitals.',
        'Il nome è in maiuscolo.'),
    ('coordinates-swapped', 'repaired',
        'Latitude and longitude have changed places: the other way round they lie in the country.',
        'Latitudine e longitudine sono scambiate: al contrario cadono nel Paese.'),
    ('coordinates-rough', 'repaired',
        'The coordinates are whole degrees, or those of several signatories, and are not taken.',
        'Le coordinate sono gradi interi, o comuni a più firmatari, e non si prendono.'),
    ('coordinates-far', 'doubtful',
        'The coordinates lie far from the other signatories of the country: an island, or a mistake.',
        'Le coordinate cadono lontano dagli altri firmatari del Paese: un''isola, o un errore.'),
    ('listed-twice', 'doubtful',
        'The name is there more than once in the country; the rows are taken for one, which joined on the first day.',
        'Il nome compare più volte nel Paese; le righe valgono per un solo ente, che ha aderito il primo giorno.'),
    ('class-from-name', 'doubtful',
        'What kind of body it is has been read from its name.',
        'Che tipo di ente sia si è letto dal nome.'),
    ('class-presumed', 'doubtful',
        'What kind of body it is, is not said; a municipality is presumed.',
        'Non è detto che tipo di ente sia; si presume un comune.'),
    ('group-without-row', 'doubtful',
        'The group to which it belongs has no row of its own, and is not described.',
        'Il gruppo a cui appartiene non ha una riga propria e non è descritto.')
) AS _(reason, outcome, en, it);

CREATE MACRO joining() AS ['di', 'del', 'della', 'dei', 'degli', 'delle', 'dell', 'd', 'de', 'da', 'in', 'nel', 'nella', 'sul',
    'sulla', 'e', 'i', 'y', 'al', 'a', 'los', 'las', 'la', 'el', 'les', 'dels', 'do', 'dos', 'das', 'sur', 'et', 'en'];

CREATE MACRO kind_in_name() AS
    '^(comune di|città di|municipality of|municipio de|ayuntamiento de|ajuntament de|concello d[eo]|ville de|commune d[eu]|city of'
    || '|dimos|gmina|municipiul|mestna občina|občina|landeshauptstadt) +';

-- What stands after a name: Lugo 2030, Cravanzana2050, Valbondione (duplicated); in Italy the province too: Cesa (CE).
CREATE MACRO note_in_name(country_code) AS '([ -]*20(2[0-9]|30|50)| *[(](double|duplicated|doublet|comune)[)]'
    || CASE upper(country_code) WHEN 'IT' THEN '| *[(][a-z]{2}[)]?([ -]*italy)?' ELSE '' END || ')$';

-- What a name tells of the body, the first that fits.
CREATE VIEW kinds AS FROM (VALUES
    (1, 'JointBody', '^(unione|union of|the union of|mancomunidad|consorzio|associazione|aggregazione|gal|mas) |communaut|comunit[àa]|agglom|association'),
    (2, 'MetropolitanAuthority', 'm[ée]tropol'),
    (3, 'Province', '^province of |^provincia |^diputaci| province$|county'),
    (4, 'Region', '^(region|regione|región) ')
) AS _(rank, class, pattern);

CREATE TABLE rows AS
SELECT
    origin,
    organisation_id AS id,
    nullif(gcom_id, '-') AS gcom_id,
    country(country_code) AS country,
    country_code,
    organisation_name AS written,
    regexp_replace(organisation_name, kind_in_name(), '', 'i') AS kindless,
    regexp_replace(kindless, note_in_name(country_code), '', 'i') AS said,
    upper(said) = said AND lower(said) <> said AS in_capitals,
    CASE WHEN in_capitals THEN in_mixed_case(said, joining()) ELSE said END AS name,
    slug(name) AS short,
    group_profile = 'true' AS is_group,
    nullif(group_organisation_id, '-') AS group_id,
    date_of_adhesion AS adhesion,
    CASE signatory_status WHEN 'published' THEN 'active' WHEN 'on_hold' THEN 'on-hold' END AS status,
    nullif(coordinator_name, '-') AS coordinator,
    nullif(supporter_name, '-') AS supporter,
    TRY_CAST(population_adhesion AS BIGINT) AS population,
    number(nullif(organisation_latitude, '-')) AS latitude,
    number(nullif(organisation_longitude, '-')) AS longitude,
    "commitment_CoM2020_flag" = 'true' AS by_2020,
    "commitment_CoM2030_flag" = 'true' AS by_2030,
    "commitment_CoM2050_flag" = 'true' AS by_2050,
    commitment_mayoradapt_flag = 'true' AS adapts
FROM signatories;

-- Where coordinates can be: by those of the other signatories of the country.
CREATE TABLE located AS
WITH middles AS (
    SELECT country, median(latitude) AS middle_latitude, median(longitude) AS middle_longitude FROM rows GROUP BY country
),
measured AS (
    SELECT
        origin, latitude, longitude,
        abs(latitude - middle_latitude) + abs(longitude - middle_longitude) AS distance,
        abs(longitude - middle_latitude) + abs(latitude - middle_longitude) AS distance_swapped,
        (latitude = round(latitude) AND longitude = round(longitude))
            OR count(*) OVER (PARTITION BY latitude, longitude) > 2 AS rough
    FROM rows JOIN middles USING (country) WHERE latitude IS NOT NULL AND longitude IS NOT NULL
)
SELECT
    origin, rough,
    distance > 15 AND distance_swapped < distance / 3 AND NOT rough AS swapped,
    distance > 25 AND NOT rough AND NOT swapped AS far,
    CASE WHEN swapped THEN longitude WHEN NOT rough THEN latitude END AS latitude,
    CASE WHEN swapped THEN latitude WHEN NOT rough THEN longitude END AS longitude
FROM measured;

-- The provinces, regions and metropolitan authorities that the registers know by name, each in the country that its address
-- begins with. Several of one name are none.
CREATE TABLE registered AS
SELECT within, kind, called, min(slug) AS body
FROM (
    SELECT left(slug, 2) AS within, class AS kind, slug, slug(unnest([name, label_en, label_it])) AS called
    FROM known__governments SEMI JOIN registers USING (source) WHERE class <> 'Municipality' AND "end" IS NULL
)
WHERE called IS NOT NULL GROUP BY within, kind, called HAVING count(DISTINCT slug) = 1;

CREATE TABLE usable AS
WITH classified AS (
    SELECT rows.origin, arg_min(kinds.class, kinds.rank) AS from_name
    FROM rows JOIN kinds ON regexp_matches(rows.written, kinds.pattern, 'i') GROUP BY rows.origin
)
SELECT
    rows.*,
    CASE WHEN NOT is_group THEN places.city END AS known_city,
    CASE WHEN NOT is_group THEN coalesce(places.government, registered.body) END AS known,
    CASE WHEN NOT is_group AND places.government IS NULL THEN registered.kind END AS known_class,
    CASE WHEN is_group THEN 'JointBody' WHEN known IS NULL THEN from_name ELSE known_class END AS told_class,
    coalesce(told_class, 'Municipality') AS class,
    lower(alpha_2) || '-' || short || CASE class
        WHEN 'Municipality' THEN '' WHEN 'JointBody' THEN '-group' WHEN 'MetropolitanAuthority' THEN '-metropolitan'
        ELSE '-' || lower(class) END AS minted,
    coalesce(known, earlier.government, CASE WHEN class = 'Municipality' THEN known_city END, minted) AS government,
    CASE WHEN class = 'Municipality' THEN coalesce(known_city, earlier.government, minted) END AS city
FROM rows
JOIN countries ON countries.code = rows.country
LEFT JOIN classified USING (origin)
LEFT JOIN places ON places.country = rows.country AND places.name = rows.short
LEFT JOIN registered
    ON within = lower(alpha_2) AND registered.kind = from_name
    AND called = slug(regexp_replace(rows.name, '^(province of|provincia di|provincia) +', '', 'i'))
LEFT JOIN earlier_governments AS earlier ON earlier.key = rows.id
WHERE short IS NOT NULL AND (is_group OR coalesce(homonyms, 1) = 1);

-- Of several rows for one the name is that of which the address is made.
CREATE VIEW municipalities AS
SELECT
    list(origin) AS origin, government AS slug, arg_min(name, (minted <> government, origin)) AS name, any_value(country) AS country,
    arg_min(located.latitude, origin) AS latitude, arg_min(located.longitude, origin) AS longitude
FROM usable LEFT JOIN located USING (origin)
WHERE class = 'Municipality' AND known IS NULL AND known_city IS NULL
GROUP BY government;

CREATE VIEW governments AS
SELECT
    list(signing.origin) AS origin, signing.government AS slug, signing.class, arg_min(signing.name, signing.origin) AS name,
    any_value(CASE WHEN signing.class = 'Municipality' THEN signing.known_city END) AS governs,
    list_sort(list_distinct(list(member.government) FILTER (
        signing.is_group AND member.government <> signing.government))) AS members
FROM usable AS signing LEFT JOIN usable AS member ON member.group_id = signing.id
WHERE signing.known IS NULL AND (signing.class <> 'Municipality' OR signing.known_city IS NOT NULL)
GROUP BY signing.government, signing.class;

CREATE VIEW addresses AS SELECT origin, 'government/' || government AS thing, id AS key FROM usable;

-- Who coordinates or supports: a network that is known, else an organisation by the name that the list has.
CREATE TABLE helpers AS
WITH said AS (SELECT coordinator AS name, origin FROM usable UNION ALL SELECT supporter, origin FROM usable)
SELECT said.name, slug(said.name) AS short, list(said.origin) AS origin,
    coalesce('network/' || min(network.slug), 'organization/' || slug(said.name)) AS helper
FROM said LEFT JOIN known__networks AS network ON slug(said.name) IN (network.slug, slug(network.label_en))
WHERE slug(said.name) IS NOT NULL GROUP BY said.name;

CREATE VIEW organizations AS
SELECT flatten(list(origin)) AS origin, short AS slug, min(name) AS name
FROM helpers WHERE helper LIKE 'organization/%' GROUP BY short;

CREATE VIEW memberships AS
SELECT
    list(usable.origin) AS origin, government, 'covenant-of-mayors' AS network, 'signatory' AS role,
    min(adhesion) AS start, '2024-01' AS attested_on, arg_min(status, (adhesion, usable.origin.row)) AS status,
    list_sort(list_distinct(list(coordinating.helper))) AS coordinated_by,
    list_sort(list_distinct(list(supporting.helper))) AS supported_by
FROM usable
LEFT JOIN helpers AS coordinating ON coordinating.name = coordinator
LEFT JOIN helpers AS supporting ON supporting.name = supporter
GROUP BY government;

CREATE VIEW commitments AS
SELECT list(origin) AS origin, government, kind, target_year, 'covenant-of-mayors' AS network, '2024-01' AS attested_on
FROM (
    SELECT origin, government, 'emission-reduction' AS kind, '2020' AS target_year FROM usable WHERE by_2020
    UNION ALL SELECT origin, government, 'emission-reduction', '2030' FROM usable WHERE by_2030
    UNION ALL SELECT origin, government, 'other', '2050' FROM usable WHERE by_2050
    UNION ALL SELECT origin, government, 'adaptation', NULL FROM usable WHERE adapts
)
GROUP BY government, kind, target_year;

CREATE VIEW identifiers AS
SELECT origin, 'government/' || government AS "of", 'gcom' AS scheme, gcom_id AS code FROM usable WHERE gcom_id IS NOT NULL;

-- The population of a place in the year in which it joined, as it declared it.
CREATE VIEW observations AS
SELECT origin, 'gcom-population-' || slug(id) AS slug, 'city/' || city AS "of", 'inhabitants' AS measure, population AS value,
    'exactly' AS bound, adhesion[:4] AS attested_on
FROM usable WHERE population > 0 AND city IS NOT NULL;

CREATE VIEW report AS
SELECT origin, 'unknown-country' AS reason, country_code AS detail FROM rows WHERE country IS NULL
UNION ALL SELECT origin, 'no-latin-name', written FROM rows WHERE country IS NOT NULL AND short IS NULL
UNION ALL SELECT origin, 'homonym', written FROM rows JOIN places ON places.country = rows.country AND places.name = short
    WHERE homonyms > 1 AND NOT is_group
UNION ALL SELECT origin, 'kind-in-name', written FROM usable WHERE kindless <> written
UNION ALL SELECT origin, 'note-in-name', written FROM usable WHERE said <> kindless
UNION ALL SELECT origin, 'name-in-capitals', written FROM usable WHERE in_capitals
UNION ALL SELECT origin, 'coordinates-swapped', name FROM usable JOIN located USING (origin) WHERE swapped
UNION ALL SELECT origin, 'coordinates-rough', name FROM usable JOIN located USING (origin) WHERE rough
UNION ALL SELECT origin, 'coordinates-far', name FROM usable JOIN located USING (origin) WHERE far
UNION ALL SELECT origin, 'listed-twice', name FROM usable QUALIFY count(*) OVER (PARTITION BY government) > 1
UNION ALL SELECT origin, 'class-from-name', government FROM usable WHERE told_class IS NOT NULL AND NOT is_group
UNION ALL SELECT origin, 'class-presumed', government FROM usable WHERE told_class IS NULL AND known IS NULL
UNION ALL SELECT origin, 'group-without-row', name FROM usable
    WHERE group_id IS NOT NULL AND group_id NOT IN (SELECT id FROM rows);
