-- fetch: move pending tasks to active, each under a lease.
--
-- KEYS[1..] for each queue, in the order to ask them, four keys:
--           asynq:{queue}:pending  list    task ids, next to run on the right
--           asynq:{queue}:paused   string  there while the queue gives nothing
--           asynq:{queue}:active   list    task ids, newest on the left
--           asynq:{queue}:lease    zset    task id -> expiry, unix seconds
-- ARGV[1]   lease expiry           unix seconds
-- ARGV[2]   the name of the attempts made of these tasks
-- ARGV[3..] for each queue two values: asynq:{queue}:t: (what its task hashes begin with), its share
-- RETURN    array, for each queue an array: how many ids had no record and were dropped, then id and message of each task
--
-- Each queue first gives up to its share; what is then missing is taken from the queues in the same order.

local expiry, attempt = ARGV[1], ARGV[2]
local queues = #KEYS / 4
local most_dropped = 1000 -- in one call, so that a heap of them does not hold up Redis
local taken = {}

-- A key of a foreign type is an error of its own queue or task only.
local function drop(task, active, id)
  redis.call('LREM', active, 1, id)
  if redis.call('TYPE', task).ok == 'hash' then
    redis.call('DEL', task)
  end
end

local function take(queue, wanted)
  local first = 4 * queue - 3
  if redis.call('EXISTS', KEYS[first + 1]) == 1 then
    return 0
  end
  local pending, active, lease = KEYS[first], KEYS[first + 2], KEYS[first + 3]
  local prefix = ARGV[2 * queue + 1]
  local found = taken[queue]
  local got = 0
  while got < wanted and found[1] < most_dropped do
    local id = redis.pcall('RPOPLPUSH', pending, active)
    if not id or type(id) == 'table' then
      break
    end
    local task = prefix .. id
    local message = redis.pcall('HGET', task, 'msg')
    if type(message) == 'string' then
      redis.call('HSET', task, 'state', 'active', 'attempt', attempt)
      redis.call('HDEL', task, 'pending_since')
      redis.call('ZADD', lease, expiry, id)
      found[#found + 1] = id
      found[#found + 1] = message
      got = got + 1
    else
      drop(task, active, id)
      found[1] = found[1] + 1
    end
  end
  return got
end

local missing = 0
for queue = 1, queues do
  taken[queue] = { 0 }
  local share = tonumber(ARGV[2 * queue + 2])
  if share > 0 then
    missing = missing + share - take(queue, share)
  end
end
for queue = 1, queues do
  if missing <= 0 then
    break
  end
  missing = missing - take(queue, missing)
end
return taken
