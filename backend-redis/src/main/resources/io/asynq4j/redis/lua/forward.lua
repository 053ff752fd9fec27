-- forward: move tasks of one queue that are due to pending, or to their group, earliest first.
--
-- KEYS[1]   asynq:{queue}:scheduled  zset   task id -> due, unix seconds
-- KEYS[2]   asynq:{queue}:retry      zset   task id -> due, unix seconds
-- KEYS[3]   asynq:{queue}:pending    list   task ids, next to run on the right
-- KEYS[4]   asynq:{queue}:groups     set    names of groups
-- ARGV[1]   now                      unix seconds
-- ARGV[2]   now                      unix nanoseconds
-- ARGV[3]   how many to move at most
-- ARGV[4]   asynq:{queue}:t:         what the task hashes begin with
-- ARGV[5]   asynq:{queue}:g:         what every group's key begins with
-- RETURN    array: how many were moved, how many ids had no record and were dropped, when the next is due (unix seconds, or -1)
--
-- Lists and sets come before the hash: they alone can turn out to be of a foreign type, and then nothing has changed.

local waiting, pending, groups = { KEYS[1], KEYS[2] }, KEYS[3], KEYS[4]
local now, prefix, group_prefix = ARGV[1], ARGV[4], ARGV[5]
local left = tonumber(ARGV[3])
local moved, dropped = 0, 0
local PAGE = 500 -- the arguments of one command lie on Lua's stack, which is small
local ready, from = {}, { {}, {} } -- those that go to pending; the same by where they are

-- Moves those to pending, all at once, since each call costs more than what it does.
local function move_ready()
  if #ready > 0 then
    redis.call('LPUSH', pending, unpack(ready))
  end
  for _, id in ipairs(ready) do
    redis.call('HSET', prefix .. id, 'state', 'pending', 'pending_since', ARGV[2])
  end
  for n = 1, 2 do
    if #from[n] > 0 then
      redis.call('ZREM', waiting[n], unpack(from[n]))
    end
  end
  ready, from = {}, { {}, {} }
end

local function move(n, id)
  local task = prefix .. id
  local hash = redis.pcall('HMGET', task, 'msg', 'group')
  if hash.err and not string.find(hash.err, 'WRONGTYPE', 1, true) then
    error(hash.err) -- not the fault of the key, so that nothing may be dropped for it
  end
  if not hash[1] then -- no such hash, none with a message, or no hash at all
    if not hash.err then
      redis.call('DEL', task)
    end
    dropped = dropped + 1
  elseif hash[2] and hash[2] ~= '' then
    redis.call('SADD', groups, hash[2])
    redis.call('ZADD', group_prefix .. hash[2], now, id)
    redis.call('HSET', task, 'state', 'aggregating')
    moved = moved + 1
  else
    ready[#ready + 1] = id
    from[n][#from[n] + 1] = id
    moved = moved + 1
    return
  end
  redis.call('ZREM', waiting[n], id)
end

-- The ids that are due by the end of their turn, each followed by its time; ends with a time that never comes.
local function due(zset)
  local found = redis.call('ZRANGEBYSCORE', zset, '-inf', now, 'WITHSCORES', 'LIMIT', 0, left)
  found[#found + 2] = math.huge
  return found
end

local lists = { due(waiting[1]), due(waiting[2]) }
local at = { 1, 1 }
while left > 0 do
  local first, second = tonumber(lists[1][at[1] + 1]), tonumber(lists[2][at[2] + 1])
  local n = first <= second and 1 or 2
  local id = lists[n][at[n]]
  if not id then
    break
  end
  move(n, id)
  at[n] = at[n] + 2
  left = left - 1
  if #ready == PAGE then
    move_ready()
  end
end
move_ready()

local next_due = -1
for n = 1, 2 do
  local time = tonumber(redis.call('ZRANGE', waiting[n], 0, 0, 'WITHSCORES')[2])
  if time and (next_due == -1 or time < next_due) then
    next_due = time
  end
end
return { moved, dropped, string.format('%.0f', next_due) }
