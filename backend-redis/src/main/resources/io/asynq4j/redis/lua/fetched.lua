-- fetched: name what a fetch has moved whose answer was lost, and extend the leases.
--
-- KEYS[1..] for each queue two keys:
--           asynq:{queue}:active   list    task ids, newest on the left
--           asynq:{queue}:lease    zset    task id -> expiry, unix seconds
-- ARGV[1]   new lease expiry       unix seconds
-- ARGV[2]   the name of the attempts
-- ARGV[3..] for each queue: asynq:{queue}:t: (what its task hashes begin with)
-- RETURN    array, for each queue an array: of each task id, message, and an empty text, in the order in which they were
--           fetched
--
-- Looks at every active task, of which there are only as many as there are workers. A key of a foreign type has none.

local expiry, attempt = ARGV[1], ARGV[2]

-- The reply, or nothing where a key is of a foreign type. No other error may pass for that: the tasks would be forgotten.
local function read(...)
  local reply = redis.pcall(...)
  local trouble = type(reply) == 'table' and reply.err
  if trouble and not string.find(trouble, 'WRONGTYPE', 1, true) then
    error(trouble)
  end
  return trouble and {} or reply
end

local function held(queue)
  local active, lease, prefix = KEYS[2 * queue - 1], KEYS[2 * queue], ARGV[queue + 2]
  local found = {}
  local ids = read('LRANGE', active, 0, -1)
  for i = #ids, 1, -1 do
    local id = ids[i]
    local task = read('HMGET', prefix .. id, 'attempt', 'state', 'msg')
    if task[1] == attempt and task[2] == 'active' and task[3] and type(read('ZSCORE', lease, id)) == 'string' then
      redis.call('ZADD', lease, 'XX', expiry, id)
      found[#found + 1] = id
      found[#found + 1] = task[3]
      found[#found + 1] = '' -- the fetch has taken out since when it was pending
    end
  end
  return found
end

local answer = {}
for queue = 1, #KEYS / 2 do
  answer[queue] = held(queue)
end
return answer
