-- Climate emergency declarations: a row is a council that has made one, or has not.

CREATE VIEW reasons AS FROM (VALUES
    ('not-declared', 'left-out',
        'The council has not declared an emergency; some have said something else.',
        'Il consiglio non ha dichiarato l''emergenza; alcuni hanno detto altro.'),
    ('nothing-said', 'left-out',
        'Whether the council has declared an emergency is not said.',
        'Non è detto se il consiglio abbia dichiarato l''emergenza.'),
    ('unknown-council', 'left-out',
        'The council has no code, or one that no authority here has.',
        'Il consiglio non ha codice, o ne ha uno che qui nessuna autorità ha.'),
    ('in-other-words', 'doubtful',
        'The list says yes and adds in what words.',
        'L''elenco dice di sì e aggiunge in quali parole.'),
    ('no-day', 'doubtful',
        'The list does not say when.',
        'L''elenco non dice quando.')
) AS _(reason, outcome, en, it);

CREATE VIEW codes AS SELECT DISTINCT "of" AS body, scheme, code FROM known__identifiers;

CREATE TABLE rows AS
SELECT
    declarations.origin,
    council,
    made_declaration AS said,
    made_declaration LIKE 'Y%' AND NOT regexp_matches(made_declaration, 'not declared', 'i') AS made,
    coalesce(iso_date(date_made, '%d/%m/%Y'), iso_month(date_made, '%m/%Y')) AS day,
    iso_year(carbon_neutral_date) AS target_year,
    CASE WHEN regexp_matches(motion_url, '^https?://[^ ]+$') THEN motion_url END AS page,
    replace(coalesce(by_letters.body, by_number.body), 'government/', '') AS government
FROM declarations
LEFT JOIN codes AS by_letters ON by_letters.scheme = 'gb-local-authority' AND by_letters.code = "local-authority-code"
LEFT JOIN codes AS by_number ON by_number.scheme = 'gss' AND by_number.code = gss_code;

CREATE VIEW commitments AS
SELECT origin, government, 'climate-emergency' AS kind, target_year, day AS declared_on, page
FROM rows WHERE made AND government IS NOT NULL;

CREATE VIEW report AS
SELECT origin, 'nothing-said' AS reason, council AS detail FROM rows WHERE said IS NULL
UNION ALL SELECT origin, 'not-declared', council || ': ' || said FROM rows WHERE NOT made
UNION ALL SELECT origin, 'unknown-council', council FROM rows WHERE made AND government IS NULL
UNION ALL SELECT origin, 'in-other-words', council || ': ' || said FROM rows WHERE made AND government IS NOT NULL AND said <> 'Y'
UNION ALL SELECT origin, 'no-day', council FROM rows WHERE made AND government IS NOT NULL AND day IS NULL;
