-- What one intake must write at the least, for pgbench: the inbox row that claims the text, the case, its three
-- events, two messages and nine timers, with rows as long as ours and with all our keys and indexes. Ours writes
-- also the party, the vault's contents, the owed steps, the assignment and the report; they are left out here.
-- Given by bench/limit.py: office, unit, worker, party, content.
BEGIN;
INSERT INTO inbox (kind, key, line, received_at, status, content_type, answer, facts)
VALUES ('text', 'SM' || replace(gen_random_uuid()::text, '-', ''), 'main', now(), 200, 'text/xml; charset=utf-8',
        decode(repeat('3c', 78), 'hex'), decode(repeat('ab', 61), 'hex'))
ON CONFLICT (kind, key) DO NOTHING RETURNING 1;
WITH this AS (SELECT uuidv7() AS id),
opened AS (
    INSERT INTO cases (id, office_id, number, address, state, channel, line, category, kind, level, service_line,
        summary, estate, building, place_kind, grid, party_id, content_id, code_sealed, visit_code_sealed, unit_id,
        worker_id, attempt, rule, reasons, policy_version, received_at, due_at, next_due_at, last_seq, last_at, last_hash)
    SELECT id, :office, '20260101-' || id, right(replace(id::text, '-', ''), 20), 'dispatched', 'text', 'main', 'lift',
        'complaint', 'L2', 'self_government', '和平一村2号楼3单元电梯坏了', '和平一村', '2', 'stairwell', 'heping-01',
        :party, :content, decode(repeat('ab', 35), 'hex'), decode(repeat('ab', 33), 'hex'), :unit, :worker, 1,
        'utilities-courtyard', repeat('{"say": "dispatch.matter.by_words", "with": {}}', 14), 1, now(),
        now() + interval '1 day', now() + interval '30 minutes', 3, now(), repeat('6d', 32)
    FROM this),
told AS (
    INSERT INTO event (id, office_id, case_id, seq, kind, at, actor, canonical, content_id, hash)
    SELECT uuidv7(), :office, id, n, 'registered', now(), 'resident', repeat('{"actor":"resident"}', 14), :content,
        repeat('ac', 32)
    FROM this, generate_series(1, 3) n),
leaving AS (
    INSERT INTO outbox (id, office_id, case_id, party_id, line, channel, purpose, content_id, state, tries, next_at,
        created_at)
    SELECT uuidv7(), :office, id, :party, 'main', 'text', 'receipt', :content, 'pending', 0, now(), now()
    FROM this, generate_series(1, 2))
INSERT INTO timer (id, office_id, case_id, step, attempt, unit_id, payer, state, limit_text, started_at, warn_at,
    due_at, fires_at, fired, tries)
SELECT uuidv7(), :office, id, 'step' || n, 1, :unit, 'unit', CASE WHEN n < 5 THEN 'open' ELSE 'waiting' END, '2 wh',
    now(), now() + n * interval '1 minute', now() + n * interval '1 minute', now() + n * interval '1 minute', 0, 0
FROM this, generate_series(1, 9) n;
COMMIT;
