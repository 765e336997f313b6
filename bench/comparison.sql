-- What the comparison shows, computed from the roll-up each time it is asked for: six measures of every branch in a
-- quarter, each beside its own target, the quarter before, its peers' median and its place among them.
WITH account_quarter AS (
    SELECT a.place_id, a.platform, m.month >= %(first)s AS is_current,
           sum(m.days) AS days,
           sum(m.posts) AS posts, sum(m.posts_days) AS posts_days,
           sum(m.replies) AS replies, sum(m.broadcasts) AS broadcasts,
           sum(m.questions_due) AS due, sum(m.questions_in_time) AS in_time,
           (array_agg(m.followers_first ORDER BY m.month))[1] AS followers_first,
           (array_agg(m.followers_last ORDER BY m.month DESC))[1] AS followers_last
    FROM month_figure m
    JOIN account a ON a.consortium_id = m.consortium_id AND a.id = m.account_id
    WHERE m.consortium_id = %(consortium_id)s AND m.month BETWEEN %(before_first)s AND %(last)s
    GROUP BY a.id, a.place_id, a.platform, is_current
),
branch_quarter AS (
    SELECT p.id, p.name, p.population, q.is_current, count(*) AS accounts,
           sum(q.days) AS days, sum(q.posts) AS posts, sum(q.posts_days) AS posts_days,
           sum(q.replies) AS replies, sum(q.broadcasts) AS broadcasts, sum(q.due) AS due, sum(q.in_time) AS in_time,
           (array_agg(q.followers_first ORDER BY q.followers_last DESC))[1] AS followers_first,
           max(q.followers_last) AS followers_last
    FROM account_quarter q
    JOIN place p ON p.consortium_id = %(consortium_id)s AND p.id = q.place_id
    WHERE p.kind = 'branch'
    GROUP BY p.id, p.name, p.population, q.is_current
),
measured AS (
    SELECT id, name, is_current, posts, due, days,
           posts / nullif(posts_days / accounts / 7.0, 0) AS k06,
           replies / nullif(posts, 0)::float AS k13,
           100.0 * broadcasts / nullif(posts, 0) AS k14,
           100.0 * (followers_last - followers_first) / nullif(followers_first, 0) / 3 AS k16,
           1000.0 * followers_last / nullif(population, 0) AS k17,
           100.0 * in_time / nullif(due, 0) AS k28
    FROM branch_quarter
),
placed AS (
    SELECT measured.*,
           lag(k06) OVER own AS k06_before, percent_rank() OVER (PARTITION BY is_current ORDER BY k06) AS k06_rank,
           lag(k13) OVER own AS k13_before, percent_rank() OVER (PARTITION BY is_current ORDER BY k13) AS k13_rank,
           lag(k14) OVER own AS k14_before, percent_rank() OVER (PARTITION BY is_current ORDER BY k14) AS k14_rank,
           lag(k16) OVER own AS k16_before, percent_rank() OVER (PARTITION BY is_current ORDER BY k16) AS k16_rank,
           lag(k17) OVER own AS k17_before, percent_rank() OVER (PARTITION BY is_current ORDER BY k17) AS k17_rank,
           lag(k28) OVER own AS k28_before, percent_rank() OVER (PARTITION BY is_current ORDER BY k28) AS k28_rank
    FROM measured
    WINDOW own AS (PARTITION BY id ORDER BY is_current)
),
peers AS (
    SELECT percentile_cont(ARRAY[0.5]) WITHIN GROUP (ORDER BY k06) AS k06,
           percentile_cont(ARRAY[0.5]) WITHIN GROUP (ORDER BY k13) AS k13,
           percentile_cont(ARRAY[0.5]) WITHIN GROUP (ORDER BY k14) AS k14,
           percentile_cont(ARRAY[0.5]) WITHIN GROUP (ORDER BY k16) AS k16,
           percentile_cont(ARRAY[0.5]) WITHIN GROUP (ORDER BY k17) AS k17,
           percentile_cont(ARRAY[0.5]) WITHIN GROUP (ORDER BY k28) AS k28
    FROM measured
    WHERE is_current
),
aims AS (
    SELECT k.place_id, jsonb_object_agg(k.definition, t.value) AS targets
    FROM kpi k
    JOIN target t ON t.consortium_id = k.consortium_id AND t.kpi_id = k.id
    WHERE k.consortium_id = %(consortium_id)s AND t.from_on <= %(last)s AND k.ended_on IS NULL
    GROUP BY k.place_id
)
SELECT placed.*, peers.*, aims.targets
FROM placed
CROSS JOIN peers
LEFT JOIN aims ON aims.place_id = placed.id
WHERE placed.is_current
ORDER BY placed.k28 NULLS LAST, placed.name
LIMIT 100
