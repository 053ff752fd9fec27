-- submit: store new tasks of one queue, each whole or not at all.
--
-- KEYS[1]   asynq:{queue}:pending    list   task ids, next to run on the right
-- KEYS[2]   asynq:{queue}:scheduled  zset   task id -> due, unix seconds
-- KEYS[3]   asynq:{queue}:groups     set    names of groups
-- KEYS[4..] for each task two keys:
--           its hash                 asynq:{queue}:t:<id>
--           its unique lock          asynq:{queue}:unique:<…>, or its hash again where it has none
-- ARGV[1]   asynq:{queue}:g:         what every group's key begins with
-- ARGV[2..] for each task six values:
--           id, message, state (pending, scheduled or aggregating),
--           time (pending: since when, unix nanoseconds; otherwise its score, unix seconds),
--           lock time in seconds (0: no lock), group (empty: none)
-- RETURN    array, for each task: 1 stored, 0 its id is taken, -1 its lock is held
--
-- The lock is looked at first and taken last, so that a refused task leaves nothing behind.

local pending, scheduled, groups = KEYS[1], KEYS[2], KEYS[3]
local group_prefix = ARGV[1]
local outcomes = {}
for n = 1, (#KEYS - 3) / 2 do
  local task, lock = KEYS[2 * n + 2], KEYS[2 * n + 3]
  local first = 6 * n - 4
  local id, message, state = ARGV[first], ARGV[first + 1], ARGV[first + 2]
  local time, lock_seconds, group = ARGV[first + 3], ARGV[first + 4], ARGV[first + 5]
  local locks = lock_seconds ~= '0'
  if locks and redis.call('EXISTS', lock) == 1 then
    outcomes[n] = -1
  elseif redis.call('EXISTS', task) == 1 then
    outcomes[n] = 0
  else
    if state == 'pending' then
      redis.call('HSET', task, 'msg', message, 'state', state, 'pending_since', time)
      redis.call('LPUSH', pending, id)
    elseif state == 'scheduled' then
      redis.call('HSET', task, 'msg', message, 'state', state)
      redis.call('ZADD', scheduled, time, id)
    else
      redis.call('HSET', task, 'msg', message, 'state', state)
      redis.call('ZADD', group_prefix .. group, time, id)
    end
    if group ~= '' then
      redis.call('HSET', task, 'group', group)
      redis.call('SADD', groups, group)
    end
    if locks then
      redis.call('HSET', task, 'unique_key', lock)
      redis.call('SET', lock, id, 'EX', lock_seconds)
    end
    outcomes[n] = 1
  end
end
return outcomes
