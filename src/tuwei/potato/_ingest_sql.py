"""The query texts of ingestion: one judges rows, one rolls a month up; an embedded DuckDB and a cluster run the same."""

from __future__ import annotations

# A time with an offset or Z is moved to the site's own; without one it is local already.
JUDGED = """
WITH given AS (
  SELECT n, sensor AS s, variable AS v, time AS t, value AS x, unit AS u, trim(sensor) AS sensor,
         lower(trim(variable)) AS variable, lower(trim(unit)) AS unit,
         CASE WHEN right(trim(time), 1) = 'Z' OR contains(substr(time, 12), '+') OR contains(substr(time, 12), '-')
              THEN make_timestamp(epoch_us(TRY_CAST(replace(time, 'Z', '+00:00') AS TIMESTAMPTZ)) + $offset)
              ELSE TRY_CAST(time AS TIMESTAMP) END AS time,
         TRY_CAST(trim(value) AS DOUBLE) AS number
  FROM input)
SELECT n, s, v, t, x, u, g.sensor, coalesce(k.name, g.variable) AS variable, g.time, g.number * k.factor + k.shift AS value,
       CASE WHEN coalesce(g.sensor, '') = '' THEN 'sensor'
            WHEN g.time IS NULL OR year(g.time) NOT BETWEEN 1900 AND 2200 THEN 'time'
            WHEN k.name IS NULL AND coalesce(g.variable, '') IN (SELECT alias FROM known) THEN 'unit'
            WHEN k.name IS NULL THEN 'variable'
            WHEN g.number IS NULL OR NOT isfinite(g.number) THEN 'value'
            WHEN g.number * k.factor + k.shift NOT BETWEEN k.low AND k.high THEN 'range' END AS fault
FROM given g LEFT JOIN known k ON k.alias = g.variable AND k.unit = g.unit
"""
ACCEPTED = f"""
SELECT sensor, variable, time, value, CAST($arrival AS BIGINT) AS arrival,
       CASE WHEN fault IS NULL THEN strftime(time, '%Y-%m') ELSE 'rejected' END AS month
FROM ({JUDGED})
"""  # noqa: S608 - both texts are this module's own
REJECTED = f"""
SELECT n, fault, s, v, t, x, u FROM ({JUDGED}) WHERE fault IS NOT NULL ORDER BY n
"""  # noqa: S608 - both texts are this module's own

# A run of days of one month. One reading for each sensor, variable and instant: the one that arrived last, and of several in one file the
# greatest. `duplicates` are readings beyond the first; `conflicts` instants whose readings differ.
ROLL_UP = """
WITH latest AS (
  SELECT sensor, variable, time, max({'arrival': arrival, 'value': value}).value AS value,
         count(*) AS copies, max(value) <> min(value) AS conflict
  FROM read_parquet($parts) WHERE time >= $since AND time < $until GROUP BY sensor, variable, time)
SELECT sensor, variable, CAST(time AS DATE) AS day, count(*) AS n, avg(value) AS mean, min(value) AS least,
       max(value) AS most, sum(value) AS total, CAST(sum(copies) - count(*) AS BIGINT) AS duplicates,
       CAST(sum(CAST(conflict AS INTEGER)) AS BIGINT) AS conflicts
FROM latest GROUP BY sensor, variable, day
"""
ROLLED = f"CREATE OR REPLACE TEMP TABLE rolled AS SELECT * FROM ({ROLL_UP}) LIMIT 0"  # noqa: S608 - this module's own
ROLL_ON = f"INSERT INTO rolled {ROLL_UP}"
CSV_INPUT = """
SELECT {n} AS n, {columns}
FROM read_csv($path, all_varchar = true, header = true, auto_detect = false, delim = ',', quote = '"', escape = '"',
              columns = {names}, store_rejects = true, rejects_limit = 0)
"""
PARQUET_INPUT = "SELECT {n} AS n, {columns} FROM read_parquet($path, file_row_number = true)"
