-- Provinces and regions of Italy: a row is a territory. What governs it is a region, a metropolitan city or a province.

CREATE VIEW reasons AS FROM (VALUES
    ('no-region', 'left-out',
        'The row stands for what was before there were regions.',
        'La riga sta per ciò che c''era prima delle regioni.'),
    ('region-is-province', 'left-out',
        'The region does here what a province does elsewhere; there is no other body.',
        'Qui la regione fa ciò che altrove fa una provincia; non c''è un altro ente.'),
    ('no-government', 'left-out',
        'The territory has had no province since Friuli-Venezia Giulia did away with them in 2018.',
        'Il territorio non ha più una provincia da quando il Friuli-Venezia Giulia le ha abolite nel 2018.')
) AS _(reason, outcome, en, it);

-- Metropolitan cities, by the code of the province in whose place they are.
CREATE VIEW metropolitan AS
SELECT unnest(['001', '010', '015', '027', '037', '048', '058', '063', '072', '080', '082', '083', '087', '092']) AS code;

CREATE MACRO official(list, code) AS
    'https://w3id.org/italia/controlled-vocabulary/territorial-classifications/' || list || '/' || code;

CREATE TABLE rows AS
SELECT
    origin, codice_2_livello AS code, string_split(label_2_livello_it, '/') AS names,
    CASE WHEN code IN (FROM metropolitan) THEN 'MetropolitanAuthority' ELSE 'Province' END AS class,
    CASE WHEN codice_1_livello = '02' THEN 'region-is-province'
        WHEN codice_1_livello = '06' THEN 'no-government' END AS left_out,
    official('provinces', code) AS territory
FROM provinces
UNION ALL
SELECT
    origin, "Codice_1_livello", string_split("Label_ITA_1_livello", '/'), 'Region',
    CASE WHEN "Codice_1_livello" = '00' THEN 'no-region' END, official('regions', "Codice_1_livello")
FROM regions;

CREATE TABLE named AS
SELECT
    rows.*,
    names[1] AS name,
    CASE class WHEN 'MetropolitanAuthority' THEN 'Metropolitan City of ' || name END AS label_en,
    CASE class WHEN 'MetropolitanAuthority' THEN 'Città metropolitana di ' || name END AS label_it,
    'it-' || slug(name) || CASE class WHEN 'MetropolitanAuthority' THEN '-metropolitan-city' ELSE '-' || lower(class) END AS minted
FROM rows WHERE left_out IS NULL;

CREATE TABLE addressed AS
SELECT named.* EXCLUDE (label_en), places.city,
    coalesce(registered.label_en, 'Metropolitan City of ' || called.label_en, named.label_en) AS label_en,
    coalesce(registered.slug, earlier.government, minted) AS government
FROM named
LEFT JOIN known__governments AS registered ON registered.source = 'register' AND registered.label_it = named.label_it
LEFT JOIN earlier_governments AS earlier ON earlier.key = code
LEFT JOIN places ON places.country = 'ITA' AND places.name = slug(named.name) AND homonyms = 1
    AND named.class = 'MetropolitanAuthority'
LEFT JOIN known__cities AS called ON called.source = 'register' AND called.slug = places.city;

CREATE VIEW governments AS
SELECT origin, government AS slug, class, CASE WHEN label_it IS NULL THEN name END AS name, label_en, label_it,
    city AS governs, names[2:] AS other_names, territory
FROM addressed;

CREATE VIEW addresses AS SELECT origin, 'government/' || government AS thing, code AS key FROM addressed;

CREATE VIEW identifiers AS SELECT origin, 'government/' || government AS "of", 'istat' AS scheme, code FROM addressed;

CREATE VIEW report AS
SELECT origin, left_out AS reason, names[1] AS detail FROM rows WHERE left_out IS NOT NULL;
