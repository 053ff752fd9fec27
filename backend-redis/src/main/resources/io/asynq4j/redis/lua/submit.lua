-- submit: store new tasks of one queue, each whole or not at all.
--
-- KEYS[1]   asynq:{queue}:pending    list   task ids, next to run on the right
-- KEYS[2]   asynq:{queue}:scheduled  zset   task id -> due, unix seconds
-- KEYS[3]   asynq:{queue}:groups     set    names of groups
-- ARGV[1]   asynq:{queue}:t:         what the task hashes begin with
-- ARGV[2]   asynq:{queue}:g:         what every group's key begins with
-- ARGV[3..] for each task seven values:
--           state (pending, scheduled or aggregating), id, message,
--           time (pending: since when, unix nanoseconds; otherwise its score, unix seconds),
--           unique lock (empty: none), lock time in seconds, group (empty: none)
-- RETURN    array, for each task: 1 stored, 0 its id is taken, -1 its lock is held
--
-- The lock is looked at first and taken last, so that a refused task leaves nothing behind. Lists and sets come before the
-- hash: they alone can turn out to be of a foreign type, and then the task is not half there.

local pending, scheduled, groups = KEYS[1], KEYS[2], KEYS[3]
local prefix, group_prefix = ARGV[1], ARGV[2]
local outcomes = {}

-- Stores a task that has a group or is not pending.
local function place(task, id, state, message, time, group)
  if group ~= '' then
    redis.call('SADD', groups, group)
  end
  if state == 'scheduled' then
    redis.call('ZADD', scheduled, time, id)
  else
    redis.call('ZADD', group_prefix .. group, time, id)
  end
  redis.call('HSET', task, 'msg', message, 'state', state)
  if group ~= '' then
    redis.call('HSET', task, 'group', group)
  end
end

for i = 3, #ARGV, 7 do
  local state, id, message, time = ARGV[i], ARGV[i + 1], ARGV[i + 2], ARGV[i + 3]
  local lock = ARGV[i + 4]
  local task = prefix .. id
  local outcome = 1
  if lock ~= '' and redis.call('EXISTS', lock) == 1 then
    outcome = -1
  elseif redis.call('EXISTS', task) == 1 then
    outcome = 0
  elseif state == 'pending' then
    redis.call('LPUSH', pending, id)
    redis.call('HSET', task, 'msg', message, 'state', state, 'pending_since', time)
  else
    place(task, id, state, message, time, ARGV[i + 6])
  end
  if outcome == 1 and lock ~= '' then
    redis.call('HSET', task, 'unique_key', lock)
    redis.call('SET', lock, id, 'EX', ARGV[i + 5])
  end
  outcomes[#outcomes + 1] = outcome
end
return outcomes
