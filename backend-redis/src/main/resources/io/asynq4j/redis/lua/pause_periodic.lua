-- pause_periodic: let a periodic entry make no tasks, or some again.
--
-- KEYS[1]   asynq:{queue}:periodic:<entry>  hash  how far the entry has got
-- KEYS[2]   asynq:{queue}:periodic          zset  keys of such hashes -> when they end, unix seconds
-- ARGV[1]   1 to pause, 0 to resume
-- ARGV[2]   how long to keep the hash of an entry that is not paused, seconds
-- RETURN    1

if ARGV[1] == '1' then
  redis.call('HSET', KEYS[1], 'paused', '1')
  redis.call('PERSIST', KEYS[1])
  redis.call('ZADD', KEYS[2], '+inf', KEYS[1])
else
  redis.call('HDEL', KEYS[1], 'paused')
  redis.call('EXPIRE', KEYS[1], ARGV[2])
end
return 1
