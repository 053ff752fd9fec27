-- weigh_queue: guess how many bytes one queue takes, from the first tasks of each kind.
--
-- KEYS[1]   asynq:{queue}:active     list   task ids
-- KEYS[2]   asynq:{queue}:pending    list   task ids
-- KEYS[3]   asynq:{queue}:scheduled  zset   task ids
-- KEYS[4]   asynq:{queue}:retry      zset   task ids
-- KEYS[5]   asynq:{queue}:archived   zset   task ids
-- KEYS[6]   asynq:{queue}:completed  zset   task ids
-- KEYS[7..] asynq:{queue}:g:<group>  zset   task ids, of a few groups
-- ARGV[1]   asynq:{queue}:t:         what the task hashes begin with
-- ARGV[2]   how many tasks of each key to look at
-- ARGV[3]   how many tasks there are in all groups
-- RETURN    how many bytes
--
-- As asynq counts it: a list or set counts itself, those of groups do not. A task that has gone takes no bytes.

local prefix, sample = ARGV[1], tonumber(ARGV[2])

local function weigh(ids)
  local bytes = 0
  for _, id in ipairs(ids) do
    bytes = bytes + (redis.call('MEMORY', 'USAGE', prefix .. id) or 0)
  end
  return bytes
end

local function weigh_all(key, range, size)
  local ids = redis.call(range, key, 0, sample - 1)
  if #ids == 0 then
    return 0
  end
  return weigh(ids) / #ids * redis.call(size, key) + redis.call('MEMORY', 'USAGE', key)
end

local total = 0
for _, key in ipairs({ KEYS[1], KEYS[2] }) do
  total = total + weigh_all(key, 'LRANGE', 'LLEN')
end
for _, key in ipairs({ KEYS[3], KEYS[4], KEYS[5], KEYS[6] }) do
  total = total + weigh_all(key, 'ZRANGE', 'ZCARD')
end
local grouped, members = 0, 0
for i = 7, #KEYS do
  local ids = redis.call('ZRANGE', KEYS[i], 0, sample - 1)
  grouped = grouped + weigh(ids)
  members = members + #ids
end
if members > 0 then
  total = total + grouped / members * tonumber(ARGV[3])
end
return math.floor(total)
