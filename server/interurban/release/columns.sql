-- The statements of a dataset as numbers, by which an engine of columns counts, groups and joins them.
--
-- In: lines(line), a dataset as canonical N-Quads; after `canonical` is filled, with how the engine writes what it writes
-- otherwise than the line does, the second half. Out: terms(id, kind, term, number) and quads(g, p, o, s).
--
-- Numbers of terms are in such an order that terms of one kind are neighbours, and a comparison is one of numbers: IRIs, texts
-- and dates by their letters, texts in a language by that first, numbers by what they are worth.

CREATE TABLE parted AS
WITH ends AS (
  SELECT split_part(line, ' ', 1) AS s, split_part(line, ' ', 2) AS p, line FROM lines),
rests AS (  -- the object, and perhaps a graph
  SELECT s, p, line[length(s) + length(p) + 3:-3] AS rest FROM ends),
cut AS (  -- where a graph begins; behind a literal the last space within no quotes
  SELECT s, p, rest, CASE
    WHEN rest[1] <> '"' THEN strpos(rest, ' ')
    WHEN regexp_matches(rest, '" <[^ ">]*>$|@[0-9A-Za-z-]+ <[^ ">]*>$|"\^\^<[^ ">]*> <[^ ">]*>$')
      THEN length(rest) - strpos(reverse(rest), ' ') + 1
    ELSE 0 END AS place
  FROM rests)
SELECT s, p,
  CASE WHEN place = 0 THEN rest ELSE rest[:place - 1] END AS o,
  CASE WHEN place = 0 THEN NULL ELSE rest[place + 1:] END AS g
FROM cut;

CREATE TABLE spelled AS
SELECT DISTINCT o AS term FROM parted WHERE o[1] = '"' AND o[-1] <> '"' AND regexp_matches(o, '[^>]>$|@.*[A-Z]');

CREATE TABLE canonical (term VARCHAR, written VARCHAR);

-- then

CREATE VIEW said AS
SELECT s, p, coalesce(written, o) AS o, g FROM parted LEFT JOIN canonical ON o = term;

CREATE VIEW known AS
WITH every AS (
  SELECT DISTINCT unnest([s, p, o, g]) AS term FROM said),
literals AS (
  SELECT term,
    term[-1] = '"' AS plain,
    CASE WHEN term[1] = '"' THEN nullif(regexp_extract(term, '@([0-9A-Za-z-]+)$', 1), '') END AS language,
    CASE WHEN term[1] = '"' THEN nullif(regexp_extract(term, '\^\^<http://www\.w3\.org/2001/XMLSchema#([a-zA-Z]+)>$', 1), '') END
      AS type,
    CASE WHEN term[1] = '"' THEN regexp_extract(term, '^"([^"\\]*)"', 1) END AS text
  FROM every WHERE term IS NOT NULL),
kinds AS (
  SELECT *, CASE
    WHEN term[1] = '<' THEN 1
    WHEN term[1] <> '"' THEN 0
    WHEN plain THEN 2
    WHEN language IS NOT NULL THEN 3
    WHEN type = 'integer' AND regexp_matches(text, '^-?[0-9]{1,18}$') THEN 4
    WHEN type = 'decimal' AND regexp_matches(text, '^-?[0-9]{1,18}([.][0-9]{1,18})?$') THEN 5
    WHEN type = 'date' AND regexp_matches(text, '^[0-9]{4}-[0-9]{2}-[0-9]{2}$') AND try_cast(text AS DATE) IS NOT NULL THEN 6
    ELSE 7 END AS kind
  FROM literals)
SELECT kind::UTINYINT AS kind, term, CASE WHEN kind = 3 THEN language END AS language,
  CASE WHEN kind IN (4, 5) THEN text::DECIMAL(38, 18) END AS number
FROM kinds;

CREATE TABLE terms AS
SELECT (row_number() OVER (
    ORDER BY CASE kind WHEN 5 THEN 4 ELSE kind END, language, number, CASE WHEN kind = 1 THEN term[2:-2] ELSE term END
  ))::INTEGER AS id, kind, term, language, number
FROM known;

CREATE VIEW quads AS
SELECT DISTINCT g.id AS g, p.id AS p, o.id AS o, s.id AS s
FROM said JOIN terms AS s ON s.term = said.s JOIN terms AS p ON p.term = said.p JOIN terms AS o ON o.term = said.o
  LEFT JOIN terms AS g ON g.term = said.g;
