-- finish_set: store a task in place of the members of a set, whole or not at all.
--
-- KEYS[1]   asynq:{queue}:pending             list  task ids, next to run on the right
-- KEYS[2]   asynq:{queue}:scheduled           zset  task id -> due, unix seconds
-- KEYS[3]   asynq:{queue}:groups              set   names of groups
-- KEYS[4]   asynq:{queue}:aggregation_sets    zset  keys of sets -> deadline, unix seconds
-- KEYS[5]   asynq:{queue}:g:<group>:<set id>  zset  task id -> when it joined its group, unix seconds
-- KEYS[6]   asynq:{queue}:aggregated          zset  keys of sets whose members are left to be deleted -> since when
-- KEYS[7]   asynq:{queue}:aggregated:<set id> zset  the set, when it is one of those
-- ARGV[1]   asynq:{queue}:t:         what the task hashes begin with
-- ARGV[2]   asynq:{queue}:g:         what every group's key begins with
-- ARGV[3]   now                      unix seconds
-- ARGV[4]   how many members there are
-- ARGV[5]   how many of them to delete at most; the others are left to be deleted
-- ARGV[6]   state of the task        pending, scheduled or aggregating
-- ARGV[7]   id of the task
-- ARGV[8]   message of the task
-- ARGV[9]   pending: since when, unix nanoseconds; otherwise its score, unix seconds
-- ARGV[10]  unique lock of the task  (empty: none)
-- ARGV[11]  lock time                seconds
-- ARGV[12]  group of the task        (empty: none)
-- RETURN    1 stored, and all members are deleted; 2 stored, and members are left to be deleted; 0 its id is taken;
--           -1 its lock is held; -2 the set is not staged as told, or its deadline has passed
--
-- Since this one step decides, a set becomes one task, however often this is called and whoever else wants it. What is left
-- has left the sets that go back to their groups, so a crash leaves only work for sweep_set. A lock that a member holds goes
-- over to the task.

local pending, scheduled, groups, sets, set = KEYS[1], KEYS[2], KEYS[3], KEYS[4], KEYS[5]
local prefix, state, id, message, time = ARGV[1], ARGV[6], ARGV[7], ARGV[8], ARGV[9]
local lock, group = ARGV[10], ARGV[12]
local task = prefix .. id

local deadline = redis.call('ZSCORE', sets, set)
if not deadline or tonumber(deadline) <= tonumber(ARGV[3]) or redis.call('ZCARD', set) ~= tonumber(ARGV[4]) then
  return -2
end
if lock ~= '' and redis.call('EXISTS', lock) == 1 then
  local holder = redis.pcall('GET', lock)
  if type(holder) ~= 'string' or not redis.call('ZSCORE', set, holder) then
    return -1
  end
end
if redis.call('EXISTS', task) == 1 then
  return 0
end

-- Lists and sets come before the hash: they alone can turn out to be of a foreign type, and then nothing has changed.
local left = redis.call('ZCARD', set) > tonumber(ARGV[5])
if left then
  redis.call('ZADD', KEYS[6], ARGV[3], KEYS[7])
end
if group ~= '' then
  redis.call('SADD', groups, group)
end
if state == 'pending' then
  redis.call('LPUSH', pending, id)
  redis.call('HSET', task, 'msg', message, 'state', state, 'pending_since', time)
else
  if state == 'scheduled' then
    redis.call('ZADD', scheduled, time, id)
  else
    redis.call('ZADD', ARGV[2] .. group, time, id)
  end
  redis.call('HSET', task, 'msg', message, 'state', state)
end
if group ~= '' then
  redis.call('HSET', task, 'group', group)
end
if lock ~= '' then
  redis.call('HSET', task, 'unique_key', lock)
  redis.call('SET', lock, id, 'EX', ARGV[11])
end
redis.call('ZREM', sets, set)
if left then
  redis.call('RENAME', set, KEYS[7])
  return 2
end

for _, member in ipairs(redis.call('ZRANGE', set, 0, -1)) do
  local hash = redis.pcall('HMGET', prefix .. member, 'state', 'unique_key')
  if hash[1] == 'aggregating' then
    if hash[2] and redis.pcall('GET', hash[2]) == member then
      redis.call('DEL', hash[2])
    end
    redis.call('DEL', prefix .. member)
  end
end
redis.call('DEL', set)
return 1
