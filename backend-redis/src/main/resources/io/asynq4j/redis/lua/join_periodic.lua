-- join_periodic: begin a periodic entry, or tell how far it has got.
--
-- KEYS[1]   asynq:{queue}:periodic:<entry>  hash  how far the entry has got
-- KEYS[2]   asynq:{queue}:periodic          zset  keys of such hashes -> when they end, unix seconds
-- ARGV[1]   now                             unix seconds
-- ARGV[2]   what names its schedule
-- ARGV[3]   how long to keep the hash       seconds
-- RETURN    array: settled up to (unix seconds), id of the last task (empty: none), 1 if something is left over, 1 if paused
--
-- What another schedule has missed is of no interest, so a changed one begins now. A paused entry is kept until somebody
-- resumes it.

local entry = KEYS[1]
local fields = redis.call('HMGET', entry, 'last', 'rhythm', 'task', 'waiting', 'dropping', 'paused')
local last = tonumber(fields[1] or '0')
if not fields[1] or fields[2] ~= ARGV[2] then
  last = math.max(last, tonumber(ARGV[1]))
  redis.call('HSET', entry, 'last', string.format('%.0f', last), 'rhythm', ARGV[2])
end
if not fields[6] then
  redis.call('EXPIRE', entry, ARGV[3])
  redis.call('ZADD', KEYS[2], ARGV[1] + ARGV[3], entry)
end
redis.call('ZREMRANGEBYSCORE', KEYS[2], '-inf', '(' .. ARGV[1])
local left_over = (fields[4] or fields[5]) and 1 or 0
return {string.format('%.0f', last), fields[3] or '', left_over, fields[6] and 1 or 0}
