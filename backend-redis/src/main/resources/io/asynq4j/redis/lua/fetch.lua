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
-- RETURN    array of arrays, in the order in which tasks were taken: position of the queue, from 1; how many ids had no
--           record and were dropped, or the text of an error, and nothing was taken; then of each task id, message, and
--           since when it was pending, in unix nanoseconds, or an empty text where its record does not tell
--
-- Each queue first gives up to its share; what is then missing is taken from the queues in the same order. Once messages are
-- many bytes, no more are taken: a reply that takes too long to arrive would be taken for lost, again and again. A key of a
-- foreign type is trouble of its own queue or task only: an error of the whole script would lose what others gave.

local expiry, attempt = ARGV[1], ARGV[2]
local PAGE = 500 -- the arguments of one command lie on Lua's stack, which is small
local MOST_DROPPED = 1000 -- in one take, so that a heap of them does not hold up Redis
local MOST_BYTES = 8 * 1024 * 1024 -- of messages, after which no other one is taken
local bytes = 0
local answer = {}

-- The error in a reply, if a key is of a foreign type. No other error may pass for that: it would cost tasks.
local function foreign(reply)
  local trouble = type(reply) == 'table' and reply.err
  if trouble and not string.find(trouble, 'WRONGTYPE', 1, true) then
    error(trouble)
  end
  return trouble
end

-- Moves ids at the end of pending, of which `seen` were looked at, to active; answers an error and moves nothing where a key is
-- of a foreign type.
local function move(pending, active, lease, seen, good, leases)
  if #good > 0 then
    local trouble = foreign(redis.pcall('ZADD', lease, unpack(leases)))
    if trouble then
      return trouble
    end
    trouble = foreign(redis.pcall('LPUSH', active, unpack(good)))
    if trouble then
      redis.call('ZREM', lease, unpack(good))
      return trouble
    end
  end
  redis.call('LTRIM', pending, 0, -seen - 1)
end

-- Takes up to `wanted` tasks, appends id, message and wait of each to `found`, and answers how many they are.
local function take(queue, wanted, found)
  local first = 4 * queue - 3
  local pending, active, lease = KEYS[first], KEYS[first + 2], KEYS[first + 3]
  local prefix = ARGV[2 * queue + 1]
  local taken = 0
  while taken < wanted and found[2] < MOST_DROPPED and bytes < MOST_BYTES do
    local page = math.min(wanted - taken, PAGE)
    local ids = redis.pcall('LRANGE', pending, -page, -1)
    if foreign(ids) then
      found[2] = ids.err
      return 0
    elseif #ids == 0 then
      return taken
    end

    local good, leases, messages, since = {}, {}, {}, {}
    local seen = 0
    while seen < #ids and bytes < MOST_BYTES do
      local id = ids[#ids - seen]
      seen = seen + 1
      local record = redis.pcall('HMGET', prefix .. id, 'msg', 'pending_since')
      local n = #good + 1
      if record[1] then
        good[n], messages[n], since[n] = id, record[1], record[2] or ''
        leases[2 * n - 1], leases[2 * n] = expiry, id
        bytes = bytes + #record[1]
      else
        found[2] = found[2] + 1
        if not foreign(record) then
          redis.call('DEL', prefix .. id) -- what else there may be of it is no task
        end
      end
    end

    local trouble = move(pending, active, lease, seen, good, leases)
    if trouble then
      found[2] = trouble
      return 0
    end
    for n, id in ipairs(good) do
      local task = prefix .. id
      redis.call('HSET', task, 'state', 'active', 'attempt', attempt)
      redis.call('HDEL', task, 'pending_since')
      found[#found + 1] = id
      found[#found + 1] = messages[n]
      found[#found + 1] = since[n]
    end
    taken = taken + #good
  end
  return taken
end

local queues = #KEYS / 4
local empty = {}
local missing = 0

local function ask(queue, wanted)
  if wanted <= 0 or empty[queue] then
    return 0
  end
  local found = { queue, 0 }
  local taken = take(queue, wanted, found)
  empty[queue] = taken < wanted
  if found[2] ~= 0 or taken > 0 then
    answer[#answer + 1] = found
  end
  return taken
end

for queue = 1, queues do
  empty[queue] = redis.call('EXISTS', KEYS[4 * queue - 2]) == 1 -- it is as good as that while it is paused
  local share = tonumber(ARGV[2 * queue + 2])
  missing = missing + share - ask(queue, share)
end
for queue = 1, queues do
  missing = missing - ask(queue, missing)
end
return answer
