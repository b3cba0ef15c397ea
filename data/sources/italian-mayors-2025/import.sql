-- Mayors of Italy, and the commissioners who run municipalities without one: a row is a person in office. Municipalities are
-- found by their ISTAT code alone, for Castro, Livo, Peglio, Samone and San Teodoro are two each.

CREATE VIEW reasons AS FROM (VALUES
    ('unknown-code', 'left-out',
        'No municipality that exists has this ISTAT code here.',
        'Qui nessun comune esistente ha questo codice ISTAT.'),
    ('columns-shifted', 'left-out',
        'The cells are not what their columns say: a code, an office, a day of election and a later day of entry.',
        'Le celle non sono ciò che dicono le colonne: un codice, una carica, un giorno di elezione e uno successivo di entrata.'),
    ('erased', 'left-out',
        'The person has asked not to be described.',
        'La persona ha chiesto di non essere descritta.'),
    ('accent-as-apostrophe', 'repaired',
        'An apostrophe stands for the accent; a grave one is taken.',
        'Un apostrofo sta per l''accento; si prende quello grave.'),
    ('wrong-encoding', 'repaired',
        'An apostrophe was read in the wrong encoding.',
        'Un apostrofo è stato letto nella codifica sbagliata.'),
    ('called-otherwise', 'doubtful',
        'The municipality of this code has another name here.',
        'Il comune con questo codice qui ha un altro nome.'),
    ('same-name', 'doubtful',
        'Somebody of the same name is in office in another municipality; they are described as two people.',
        'Una persona con lo stesso nome è in carica in un altro comune; sono descritte come due persone.'),
    ('mayor-too', 'doubtful',
        'The municipality has a mayor in the other file.',
        'Nell''altro file il comune ha un sindaco.')
) AS _(reason, outcome, en, it);

-- The offices: their post in an address, and what they are called before the name of the municipality.
CREATE VIEW offices AS FROM (VALUES
    ('Sindaco', 'mayor', 'mayor', 'Mayor of ', 'Sindaco di '),
    ('Commissario Straordinario', 'extraordinary-commissioner', 'commissioner',
        'Extraordinary Commissioner of ', 'Commissario straordinario di '),
    ('Commissione Straordinaria', 'extraordinary-commission-member', 'commissioner',
        'Member of the Extraordinary Commission of ', 'Componente della Commissione straordinaria di '),
    ('Commissario Prefettizio', 'prefectoral-commissioner', 'commissioner',
        'Prefectoral Commissioner of ', 'Commissario prefettizio di '),
    ('Sub commissario Prefettizio', 'deputy-prefectoral-commissioner', 'commissioner',
        'Deputy Prefectoral Commissioner of ', 'Sub-commissario prefettizio di ')
) AS _(office, post, role, en, it);

-- NICOLO' is Nicolò; an apostrophe within a word, or after what is no vowel, stays.
CREATE MACRO with_accents(text) AS list_aggregate(list_transform(
    string_split(text, ' '),
    lambda word: CASE WHEN regexp_full_match(word, '.+[AEIOU]''') AND word <> 'DE'''
        THEN word[:-3] || translate(word[-2:-2], 'AEIOU', 'ÀÈÌÒÙ') ELSE word END
), 'string_agg', ' ');
CREATE MACRO plain(text) AS trim(regexp_replace(replace(text, 'â€™', ''''), '[ ,]+', ' ', 'g'));

CREATE VIEW codes AS
SELECT code, government
FROM (
    SELECT istat AS code, slug AS government FROM known__municipalities WHERE istat IS NOT NULL AND "end" IS NULL
    UNION SELECT code, replace("of", 'government/', '') FROM known__identifiers WHERE scheme = 'istat' AND "end" IS NULL
);

-- What a municipality is called: by the register if it knows it under a name of a language, else by the one it has.
CREATE VIEW called AS
SELECT government, coalesce(min(label_en), min(name)) AS en, coalesce(min(label_it), min(name)) AS it
FROM (
    SELECT slug AS government, label_en, label_it, name FROM known__cities SEMI JOIN registers USING (source)
    UNION ALL SELECT slug, NULL, NULL, name FROM known__municipalities SEMI JOIN registers USING (source)
)
GROUP BY government;

CREATE TABLE rows AS
WITH listed AS (
    SELECT origin, "CODICE_ISTAT" AS code, denominazione_comune AS municipality, cognome, nome, descrizione_carica AS office,
        iso_date(data_elezione, '%d/%m/%Y') AS elected, iso_date(data_entrata_in_carica, '%d/%m/%Y') AS entered
    FROM mayors
    UNION ALL
    SELECT origin, "CODICE_ISTAT", denominazione_comune, cognome, nome, descrizione_carica,
        iso_date(data_elezione, '%d/%m/%Y'), iso_date(data_entrata_in_carica, '%d/%m/%Y')
    FROM commissioners
)
SELECT
    listed.origin, listed.code, municipality, offices.post, offices.role, offices.en, offices.it, elected, entered,
    codes.government,
    plain(nome) || ' ' || plain(cognome) AS said,
    with_accents(plain(nome)) || ' ' || with_accents(plain(cognome)) AS accented,
    in_mixed_case(accented, []) AS name,
    contains(nome || cognome, 'â€™') AS misread,
    coalesce(NOT (regexp_full_match(listed.code, '[0-9]{6}') AND offices.post IS NOT NULL AND elected <= entered
        AND (offices.role = 'mayor') = (origin.input = 'mayors')), true) AS shifted,
    slug(name) || '-' || codes.government AS person,
    list_contains((SELECT list(thing) FROM known__erased), 'person/' || person) AS erased
FROM listed LEFT JOIN offices USING (office) LEFT JOIN codes USING (code);

CREATE TABLE usable AS
SELECT rows.* EXCLUDE (en, it), government || '-' || post AS full_post, rows.en || called.en AS label_en, rows.it || called.it AS label_it
FROM rows JOIN called USING (government) WHERE NOT shifted AND NOT coalesce(erased, false);

CREATE VIEW people AS SELECT origin, person AS slug, name FROM usable;

CREATE VIEW posts AS
SELECT origin, full_post AS slug, label_en, label_it, 'government/' || government AS post_in, role FROM usable;

-- The day of election of a commissioner's row is that of the council that is no more.
CREATE VIEW holdings AS
SELECT origin, person, full_post AS post,
    CASE WHEN role = 'commissioner' THEN entered END AS start,
    CASE WHEN role = 'mayor' THEN elected END AS elected_on,
    '2025-01-17' AS attested_on
FROM usable;

CREATE VIEW report AS
SELECT origin, 'columns-shifted' AS reason, municipality AS detail FROM rows WHERE shifted
UNION ALL SELECT origin, 'unknown-code', municipality || ': ' || code FROM rows WHERE NOT shifted AND government IS NULL
UNION ALL SELECT origin, 'erased', '' FROM rows WHERE erased
UNION ALL SELECT origin, 'accent-as-apostrophe', name FROM usable WHERE accented <> said
UNION ALL SELECT origin, 'wrong-encoding', name FROM usable WHERE misread
UNION ALL SELECT origin, 'called-otherwise', municipality || ': ' || label_it FROM usable
    WHERE NOT ends_with(slug(label_it), '-' || slug(municipality))
UNION ALL SELECT origin, 'same-name', name FROM usable
    QUALIFY count(DISTINCT government) OVER (PARTITION BY slug(name)) > 1
UNION ALL SELECT origin, 'mayor-too', municipality FROM usable
    WHERE role = 'commissioner' AND government IN (SELECT government FROM usable WHERE role = 'mayor');
