-- look_task: read one task, wherever it is.
--
-- KEYS[1]   asynq:{queue}:t:<id>     hash   the task
-- KEYS[2]   asynq:{queue}:lease      zset   task id -> expiry, unix seconds
-- ARGV[1]   asynq:{queue}:           what the queue's keys begin with
-- ARGV[2]   task id
-- RETURN    array: state, message, result, since when it is pending, its score, lease (each empty: none); nil when there is
--           no such task
--
-- A key that is of a foreign type is a task that nobody can read.

local task, id = KEYS[1], ARGV[2]
local SETS = { scheduled = true, retry = true, archived = true, completed = true }
if redis.call('EXISTS', task) == 0 then
  return false
end
local hash = redis.pcall('HMGET', task, 'state', 'msg', 'result', 'pending_since', 'group')
if hash.err then
  hash = {}
end
local state, group, score = hash[1] or '', hash[5], nil
if SETS[state] then
  score = redis.call('ZSCORE', ARGV[1] .. state, id)
elseif state == 'aggregating' and group then
  score = redis.call('ZSCORE', ARGV[1] .. 'g:' .. group, id)
end
local lease = state == 'active' and redis.call('ZSCORE', KEYS[2], id)
return { state, hash[2] or '', hash[3] or '', hash[4] or '', score or '', lease or '' }
