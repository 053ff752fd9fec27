-- acquire_permit: take one of a limited number of permits.
--
-- KEYS[1]   asynq:sema:<scope>   zset   holder -> expiry, unix seconds
-- ARGV[1]   holder
-- ARGV[2]   how many permits there are
-- ARGV[3]   expiry               unix seconds
-- ARGV[4]   now                  unix seconds
-- ARGV[5]   how long to keep the key beyond the last expiry, seconds
-- RETURN    1 if the holder has a permit now, 0 if all are taken
--
-- Go's x/rate shares the key and never lets it expire, so it may hold permits that end later than what was here when its end
-- was set: hence the time beyond.

local permits = KEYS[1]
redis.call('ZREMRANGEBYSCORE', permits, '-inf', tonumber(ARGV[4]) - 1)
if not redis.call('ZSCORE', permits, ARGV[1]) and redis.call('ZCARD', permits) >= tonumber(ARGV[2]) then
  return 0
end
redis.call('ZADD', permits, ARGV[3], ARGV[1])
local last = redis.call('ZRANGE', permits, -1, -1, 'WITHSCORES')[2]
redis.call('EXPIREAT', permits, string.format('%.0f', tonumber(last) + tonumber(ARGV[5])))
return 1
