-- Net Zero Tracker: a row is a city or a region, with its target for the end and whether it takes part in Race to Zero.

CREATE VIEW reasons AS FROM (VALUES
    ('nothing-promised', 'left-out',
        'Neither a target nor a membership is stated.',
        'Non è indicato né un obiettivo né un''adesione.'),
    ('only-proposed', 'left-out',
        'The target is only proposed or discussed.',
        'L''obiettivo è solo proposto o in discussione.'),
    ('unknown-country', 'left-out',
        'The country has no code in data/import/countries.csv.',
        'Il Paese non ha un codice in data/import/countries.csv.'),
    ('homonym', 'left-out',
        'Several municipalities of the country, or rows of the list, have this name.',
        'Più comuni del Paese, o righe dell''elenco, hanno questo nome.'),
    ('unknown-place', 'left-out',
        'The register of the country has no government of this kind and name.',
        'Il registro del Paese non ha un ente di questo tipo e nome.'),
    ('several-places', 'left-out',
        'The name is that of several cities together.',
        'Il nome è quello di più città insieme.'),
    ('no-government', 'left-out',
        'The territory has no government of its own.',
        'Il territorio non ha un governo proprio.'),
    ('no-state', 'left-out',
        'The list does not say in which state the city is, as it does of others.',
        'L''elenco non dice in quale Stato è la città, come fa per altre.'),
    ('target-only-proposed', 'repaired',
        'The target is only proposed or discussed, and is not taken; the membership is.',
        'L''obiettivo è solo proposto o in discussione e non si prende; l''adesione sì.'),
    ('name-with-qualifier', 'repaired',
        'The name carries its country, its kind, or a second name with it.',
        'Il nome porta con sé il Paese, il tipo, o un secondo nome.'),
    ('name-corrected', 'repaired',
        'The place is called or written otherwise.',
        'Il luogo si chiama o si scrive in altro modo.'),
    ('no-status', 'doubtful',
        'Whether the target is decided is not said.',
        'Non è detto se l''obiettivo sia deciso.'),
    ('government-presumed', 'doubtful',
        'Which body of the city it is, is not said; a municipality is presumed.',
        'Non è detto quale ente della città sia; si presume un comune.')
) AS _(reason, outcome, en, it);

CREATE VIEW kinds AS FROM (VALUES
    ('Net zero', 'net-zero'), ('Emissions reduction target', 'emission-reduction'), ('Carbon neutral(ity)', 'carbon-neutral'),
    ('Climate neutral', 'climate-neutral'), ('Zero carbon', 'zero-carbon'), ('GHG neutral(ity)', 'ghg-neutral'),
    ('Zero emissions', 'zero-emissions'), ('Reduction v. BAU', 'reduction-against-projection'),
    ('1.5°C target', 'one-and-a-half-degrees'), ('Emissions intensity target', 'emission-intensity'),
    ('Climate positive', 'climate-positive'), ('Absolute emissions target', 'absolute-emissions'), ('Other', 'other')
) AS _(target, kind);

-- Names that the registers have otherwise, or that are written wrongly.
CREATE VIEW corrected AS FROM (VALUES
    ('Apulia', 'ITA', 'Puglia'), ('Antwerpen', 'BEL', 'Antwerp'), ('Praha', 'CZE', 'Prague'),
    ('Duesseldorf', 'DEU', 'Düsseldorf'), ('Köln (Cologne)', 'DEU', 'Cologne'), ('München (Munich)', 'DEU', 'Munich'),
    ('Nurenberg', 'DEU', 'Nuremberg'), ('Frankfurt', 'DEU', 'Frankfurt am Main'), ('Kraków (Cracow)', 'POL', 'Kraków'),
    ('Bucuresti (Bucharest)', 'ROU', 'Bucharest'), ('Beograd (Belgrade)', 'SRB', 'Belgrade'),
    ('Krung Thep (Bangkok)', 'THA', 'Bangkok'), ('Hefa (Haifa)', 'ISR', 'Haifa'), ('Irbil (Erbil)', 'IRQ', 'Erbil'),
    ('Ciudad de México (Mexico City)', 'MEX', 'Mexico City'), ('Gaoxiong', 'TWN', 'Kaohsiung'),
    ('Thành Pho Ho Chí Minh (Ho Chi Minh City)', 'VNM', 'Ho Chi Minh City'), ('Taizhong', 'TWN', 'Taichung'),
    ('Navarra', 'ESP', 'Navarre'), ('Chartered Community of Navarre', 'ESP', 'Navarre'),
    ('Chattisgargh', 'IND', 'Chhattisgarh'), ('Daejon', 'KOR', 'Daejeon'), ('Suweon', 'KOR', 'Suwon'),
    ('Hamiton, ON', 'CAN', 'Hamilton, ON'),
    ('Springfield, Massachusett, Connecticut', 'USA', 'Springfield, Massachusetts')
) AS _(written, country, correct);

-- Two cities or more in one row.
CREATE VIEW several AS FROM (VALUES
    ('Los Angeles-Long Beach-Santa Ana'), ('Minneapolis-St. Paul'), ('New York-Newark'), ('Allentown-Bethlehem'),
    ('Charleston-North Charleston'), ('Riverside-San Bernardino'), ('Sarasota-Bradenton'), ('Tampa-St. Petersburg'),
    ('Kitchener-Cambrigde-Waterloo'), ('Ottawa-Gatineau'), ('Marseille-Aix-en-Provence'), ('Blantyre-Limbe')
) AS _(name);

-- A state or province in a name stays in the address, for it tells the city from its homonyms; a country does not.
CREATE TABLE rows AS
SELECT
    origin, targets.name AS written, targets.country AS country, countries.alpha_2, actor_type = 'Region' AS is_region,
    coalesce(corrected.correct, targets.name) AS meant,
    regexp_replace(meant, ', (UK|France|Mexico|Argentina|Chile|Brazil|Puerto Rico)$| [(]city[)]$', '') AS said,
    regexp_replace(trim(regexp_extract(said, '^([^(]+)', 1)), CASE
        WHEN is_region THEN '^(Region|Community|Federal State) of | (Prefecture|Oblast|State|Metropolitan Government)$'
        WHEN targets.country = 'JPN' THEN ' City$' ELSE '^$' END, '') AS first_name,
    nullif(regexp_extract(said, '[(](.+)[)]$', 1), '') AS second_name,
    slug(first_name) AS short,
    race_to_zero_member = 'Yes' AS races,
    kinds.kind, iso_year(end_target_year) AS target_year, end_target_status AS status, iso_year(status_date) AS status_year,
    kinds.kind IS NOT NULL AND coalesce(status, '') <> 'Proposed / in discussion' AS decided,
    CASE WHEN regexp_full_match(source_url, 'https?://[^ <>"{}|^`\\]+') THEN source_url END AS page,
    targets.name IN (FROM several) AS of_several,
    targets.name = 'England' AS ungoverned,
    targets.country = 'USA' AND NOT is_region AND NOT contains(targets.name, ',') AND targets.name <> 'Washington D.C.' AS stateless
FROM targets
LEFT JOIN countries ON countries.code = targets.country
LEFT JOIN kinds ON kinds.target = end_target
LEFT JOIN corrected ON corrected.written = targets.name AND corrected.country = targets.country;

-- Countries of which a register has all governments of a kind; none is made up there.
CREATE VIEW registered_countries AS
SELECT DISTINCT country, false AS regions FROM known__municipalities SEMI JOIN registers USING (source)
UNION SELECT DISTINCT 'ITA', true FROM known__governments SEMI JOIN registers USING (source) WHERE class = 'Region';

CREATE TABLE named AS
SELECT
    rows.*,
    CASE WHEN is_region THEN NULL ELSE coalesce(by_first.city, by_second.city) END AS city,
    CASE WHEN is_region THEN region.slug ELSE coalesce(by_first.government, by_second.government) END AS governing,
    CASE WHEN NOT is_region THEN coalesce(by_first.homonyms, by_second.homonyms) ELSE 1 END AS homonyms,
    registered_countries.country IS NOT NULL AS registered,
    count(*) OVER (PARTITION BY rows.country, short, is_region) AS sharing,
    rows.country || ' ' || CASE WHEN is_region THEN 'region' ELSE 'city' END || ' ' || meant AS key,
    lower(alpha_2) || '-' || short || CASE WHEN is_region THEN '-region' ELSE '' END AS minted
FROM rows
LEFT JOIN places AS by_first ON by_first.country = rows.country AND by_first.name = short
LEFT JOIN places AS by_second ON by_second.country = rows.country AND by_second.name = slug(second_name)
LEFT JOIN known__governments AS region ON region.class = 'Region' AND rows.country = 'ITA' AND slug(region.name) = short
    AND region.source IN (FROM registers)
LEFT JOIN registered_countries ON registered_countries.country = rows.country AND regions = is_region
WHERE decided OR races;

CREATE TABLE judged AS
SELECT
    named.*,
    coalesce(governing, earlier.government, city, minted) AS government,
    CASE
        WHEN alpha_2 IS NULL THEN 'unknown-country'
        WHEN of_several THEN 'several-places'
        WHEN ungoverned THEN 'no-government'
        WHEN stateless THEN 'no-state'
        WHEN homonyms > 1 OR sharing > 1 THEN 'homonym'
        WHEN registered AND coalesce(governing, city) IS NULL THEN 'unknown-place'
    END AS left_out
FROM named LEFT JOIN earlier_governments AS earlier USING (key);

CREATE TABLE usable AS SELECT * FROM judged WHERE left_out IS NULL;

CREATE VIEW municipalities AS
SELECT origin, government AS slug, first_name AS name, country, CASE WHEN second_name IS NOT NULL THEN [second_name] END AS other_names
FROM usable WHERE NOT is_region AND city IS NULL;

CREATE VIEW governments AS
SELECT origin, government AS slug, 'Region' AS class, first_name AS name, NULL AS governs FROM usable WHERE is_region AND governing IS NULL
UNION ALL SELECT origin, government, 'Municipality', first_name, city FROM usable
    WHERE NOT is_region AND governing IS NULL AND city IS NOT NULL;

CREATE VIEW addresses AS SELECT origin, 'government/' || government AS thing, key FROM usable;

CREATE VIEW memberships AS
SELECT origin, government, 'race-to-zero' AS network, 'member' AS role, '2022-12-20' AS attested_on FROM usable WHERE races;

CREATE VIEW commitments AS
SELECT origin, government, kind, target_year, CASE WHEN status = 'Declaration / pledge' THEN status_year END AS declared_on,
    '2022-12-20' AS attested_on, page
FROM usable WHERE decided;

CREATE VIEW report AS
SELECT origin, CASE WHEN kind IS NULL THEN 'nothing-promised' ELSE 'only-proposed' END AS reason, written || ', ' || country AS detail
FROM rows WHERE NOT (decided OR races)
UNION ALL SELECT origin, left_out, written || ', ' || country FROM judged WHERE left_out IS NOT NULL
UNION ALL SELECT origin, 'target-only-proposed', written FROM usable WHERE kind IS NOT NULL AND NOT decided
UNION ALL SELECT origin, 'name-with-qualifier', written FROM usable WHERE first_name <> meant
UNION ALL SELECT origin, 'name-corrected', written || ': ' || meant FROM usable WHERE meant <> written
UNION ALL SELECT origin, 'no-status', written FROM usable WHERE decided AND status IS NULL
UNION ALL SELECT origin, 'government-presumed', government FROM usable
    WHERE NOT is_region AND governing IS NULL AND city IS NOT NULL;
