"""The query texts of ingestion: one judges rows, one rolls a month up; an embedded DuckDB and a cluster run the same."""

from __future__ import annotations

# A time written in the usual way goes a short way; CASE does the rest only for the rows that need it. A time with an offset or Z is moved
# to the site's own; without one it is local already. A row that is set aside is one of no month: its number stands in place of the
# arrival, its fault and its texts in place of the sensor.
JUDGED = """
, given AS (
  SELECT n, sensor AS s, variable AS v, time AS t, value AS x, unit AS u,
         CASE WHEN contains(sensor, ' ') THEN trim(sensor) ELSE sensor END AS sensor,
         lower(CASE WHEN contains(variable, ' ') THEN trim(variable) ELSE variable END) AS variable,
         lower(CASE WHEN contains(unit, ' ') THEN trim(unit) ELSE unit END) AS unit,
         CASE WHEN time LIKE '____-__-__ __:__:__' OR time LIKE '____-__-__T__:__:__' OR time LIKE '____-__-__ __:__' THEN TRY_CAST(time AS TIMESTAMP)
              WHEN right(trim(time), 1) = 'Z' OR contains(substr(trim(time), 12), '+') OR contains(substr(trim(time), 12), '-')
              THEN make_timestamp(epoch_us(TRY_CAST(regexp_replace(replace(trim(time), 'Z', '+00:00'), '([ T]..:..)([+-])', '\\1:00\\2') AS TIMESTAMPTZ)) + $offset)
              ELSE TRY_CAST(trim(time) AS TIMESTAMP) END AS time,
         TRY_CAST(CASE WHEN contains(value, ' ') THEN trim(value) ELSE value END AS DOUBLE) AS number
  FROM input),
judged AS (
  SELECT g.*, k.name, number * factor + shift AS value,
         CASE WHEN coalesce(sensor, '') = '' THEN 'sensor'
              WHEN time IS NULL OR time < TIMESTAMP '1900-01-01' OR time >= TIMESTAMP '2201-01-01' THEN 'time'
              WHEN name IS NULL THEN 'variable'
              WHEN number IS NULL OR NOT isfinite(number) THEN 'value'
              WHEN number * factor + shift NOT BETWEEN low AND high THEN 'range' END AS fault
  FROM given g LEFT JOIN known k ON k.alias = g.variable AND k.unit = g.unit)
SELECT CASE WHEN fault IS NULL THEN sensor ELSE CAST(json_array(fault, s, v, t, x, u) AS VARCHAR) END AS sensor, name AS variable, time, value,
       CASE WHEN fault IS NULL THEN CAST($arrival AS BIGINT) ELSE n END AS arrival,
       CASE WHEN fault IS NULL THEN CAST(date_trunc('month', time) AS DATE) END AS month
FROM judged
"""
SET_ASIDE = """
SELECT n, CASE WHEN fault = 'variable' AND lower(trim(v)) IN (SELECT alias FROM known) THEN 'unit' ELSE fault END AS fault, s, v, t, x, u
FROM (SELECT arrival AS n, sensor ->> 0 AS fault, sensor ->> 1 AS s, sensor ->> 2 AS v, sensor ->> 3 AS t, sensor ->> 4 AS x, sensor ->> 5 AS u
      FROM read_parquet($parts, hive_partitioning = false)) ORDER BY n
"""

# A run of days of one month. One reading for each sensor, variable and instant: the one that arrived last, and of several in one file the
# greatest. `duplicates` are readings beyond the first; `conflicts` instants whose readings differ. A day with as many minutes as readings
# has none twice and is summed at once; the others, to find what comes twice, are grouped by instant first.
ROLL_UP = """
WITH slice AS (SELECT sensor, variable, time, value, arrival, CAST(time AS DATE) AS day FROM read_parquet($parts) WHERE time >= $since AND time < $until),
days AS MATERIALIZED (
  SELECT sensor, variable, day, count(*) AS n, avg(value) AS mean, min(value) AS least, max(value) AS most, sum(value) AS total,
         bit_count(bitstring_agg(CAST(hour(time) * 60 + minute(time) AS SMALLINT), 0, 1439)) AS minutes
  FROM slice GROUP BY sensor, variable, day),
latest AS (
  SELECT sensor, variable, day, time, max({'arrival': arrival, 'value': value}).value AS value,
         count(*) AS copies, max(value) <> min(value) AS conflict
  FROM slice SEMI JOIN (SELECT sensor, variable, day FROM days WHERE minutes < n) USING (sensor, variable, day)
  GROUP BY sensor, variable, day, time)
SELECT sensor, variable, day, n, mean, least, most, total, 0 AS duplicates, 0 AS conflicts FROM days WHERE minutes = n
UNION ALL
SELECT sensor, variable, day, count(*), avg(value), min(value), max(value), sum(value), CAST(sum(copies) - count(*) AS BIGINT),
       CAST(sum(CAST(conflict AS INTEGER)) AS BIGINT)
FROM latest GROUP BY sensor, variable, day
"""
ROLLED = f"CREATE OR REPLACE TEMP TABLE rolled AS SELECT * FROM ({ROLL_UP}) LIMIT 0"  # noqa: S608 - this module's own
ROLL_ON = f"INSERT INTO rolled {ROLL_UP}"
DAYS = """
SELECT CAST(time AS DATE) AS day, count(*) FROM read_parquet($parts)
WHERE day IN (SELECT DISTINCT CAST(time AS DATE) FROM read_parquet($fresh)) GROUP BY day ORDER BY day
"""
KEPT = """
INSERT INTO rolled SELECT * FROM read_parquet($old, hive_partitioning = false)
WHERE day NOT IN (SELECT DISTINCT CAST(time AS DATE) FROM read_parquet($fresh))
"""
CSV_INPUT = """
SELECT row_number() OVER () AS n, {columns}
FROM read_csv($path, all_varchar = true, header = true, auto_detect = false, delim = ',', quote = '"', escape = '"',
              columns = {names}, store_rejects = true, rejects_limit = 0)
"""
PARQUET_INPUT = "SELECT file_row_number + 1 AS n, {columns} FROM read_parquet($path, file_row_number = true)"
