-- refused_commands: try each command that the scripts of clients and servers use, in a way that changes nothing, and
-- say how Redis refuses.
--
-- KEYS[1]   asynq:queues                  set  queues
-- KEYS[2]   asynq:{asynq:queues}:never    -    never there
-- RETURN    array of commands and what Redis says to each, in turn; errors that only tell that there was nothing to do too
--
-- PUBLISH is not tried, since somebody would hear it; and neither is what adds to lists and sets while there is no queue.

local queues, nothing = KEYS[1], KEYS[2]
local trials = {
  { 'DEL', nothing },
  { 'EXISTS', nothing },
  { 'EXPIRE', nothing, 1 },
  { 'EXPIREAT', nothing, 1 },
  { 'GET', nothing },
  { 'HDEL', nothing, 'f' },
  { 'HEXISTS', nothing, 'f' },
  { 'HGET', nothing, 'f' },
  { 'HINCRBY', nothing, 'f', 'no number' },
  { 'HMGET', nothing, 'f' },
  { 'HSET', nothing, 'f', 'v', 'no value' },
  { 'INCRBY', nothing, 'no number' },
  { 'LLEN', nothing },
  { 'LRANGE', nothing, 0, 0 },
  { 'LREM', nothing, 0, 'v' },
  { 'LTRIM', nothing, 0, 0 },
  { 'PERSIST', nothing },
  { 'RENAME', nothing, nothing },
  { 'SET', nothing, 'v', 'NX', 'XX' },
  { 'SREM', nothing, 'm' },
  { 'SSCAN', nothing, 0 },
  { 'ZADD', nothing, 'no number', 'm' },
  { 'ZCARD', nothing },
  { 'ZMSCORE', nothing, 'm' },
  { 'ZRANGE', nothing, 0, 0 },
  { 'ZRANGEBYSCORE', nothing, 0, 0 },
  { 'ZRANGESTORE', nothing, nothing, 0, 0 },
  { 'ZREM', nothing, 'm' },
  { 'ZREMRANGEBYRANK', nothing, 0, 0 },
  { 'ZREMRANGEBYSCORE', nothing, 0, 0 },
  { 'ZSCORE', nothing, 'm' },
}

local found = redis.pcall('SSCAN', queues, 0)
local queue = not found.err and found[2][1]
if queue then
  trials[#trials + 1] = { 'SADD', queues, queue }
  trials[#trials + 1] = { 'LPUSH', queues, 'a set is no list' }
  trials[#trials + 1] = { 'RPUSH', queues, 'a set is no list' }
end

local refused = {}
for _, trial in ipairs(trials) do
  local reply = redis.pcall(unpack(trial))
  if type(reply) == 'table' and reply.err then
    refused[#refused + 1] = trial[1]
    refused[#refused + 1] = reply.err
  end
end
return refused
