-- examine_group: see whether somebody will look after the members of a zset of grouped tasks, and provide for it.
--
-- KEYS[1]   asynq:{queue}:g:<group>, or asynq:{queue}:g:<group>:<set id>  zset  task id -> when it joined, unix seconds
-- KEYS[2]   asynq:{queue}:groups            set    names of groups
-- KEYS[3]   asynq:{queue}:aggregation_sets  zset   keys of sets -> deadline, unix seconds
-- ARGV[1]   asynq:{queue}:t:         what the task hashes begin with
-- ARGV[2]   asynq:{queue}:g:         what every group's key begins with
-- ARGV[3]   how many members to move at most
-- ARGV[4]   1 to mend, 0 to look only
-- RETURN    1 nobody will, or would have; 0 somebody will, or there are no members, or something foreign is in the way
--
-- Members of a set that nobody knows go back to their groups. It is to be mended again while it answers 1.

local key, groups, mend = KEYS[1], KEYS[2], ARGV[4] == '1'
local name = string.sub(key, #ARGV[2] + 1)
if redis.call('EXISTS', key) == 0
  or redis.pcall('SISMEMBER', groups, name) ~= 0 -- a foreign key there is told of as such
  or redis.pcall('ZSCORE', KEYS[3], key) then
  return 0
end
if not mend then
  return 1
end
local members = redis.call('ZRANGE', key, 0, tonumber(ARGV[3]) - 1, 'WITHSCORES')
for i = 1, #members, 2 do
  local id = members[i]
  local group = redis.pcall('HGET', ARGV[1] .. id, 'group')
  if type(group) ~= 'string' or group == name then
    redis.call('SADD', groups, name) -- the group itself has lost its name
    return 1
  end
  local joined = redis.pcall('ZADD', ARGV[2] .. group, members[i + 1], id)
  if type(joined) == 'table' then
    return 0
  end
  redis.call('SADD', groups, group)
  redis.call('ZREM', key, id)
end
return 1
