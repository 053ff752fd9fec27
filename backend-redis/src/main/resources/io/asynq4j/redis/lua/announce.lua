-- announce: show what a server is doing, for as long as it lives.
--
-- KEYS[1]   asynq:servers:{host:pid:id}  string  the server's record
-- KEYS[2]   asynq:workers:{host:pid:id}  hash    task id -> a running attempt's record
-- ARGV[1]   how long to show it          seconds
-- ARGV[2]   the server's record
-- ARGV[3..] for each running attempt two values: task id, record
-- RETURN    1

redis.call('SET', KEYS[1], ARGV[2], 'EX', ARGV[1])
redis.call('DEL', KEYS[2])
for i = 3, #ARGV, 2 do
  redis.call('HSET', KEYS[2], ARGV[i], ARGV[i + 1])
end
redis.call('EXPIRE', KEYS[2], ARGV[1])
return 1
