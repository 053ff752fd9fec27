-- lead: take or keep the lead among schedulers, or give it back.
--
-- KEYS[1]   asynq:scheduler_leader:<scope>  string  who leads
-- ARGV[1]   who asks
-- ARGV[2]   for how long                    seconds; 0 gives it back
-- RETURN    1 if the one who asks leads now, 0 if not

local leader = redis.call('GET', KEYS[1])
if leader and leader ~= ARGV[1] then
  return 0
end
if ARGV[2] == '0' then
  redis.call('DEL', KEYS[1])
  return 0
end
redis.call('SET', KEYS[1], ARGV[1], 'EX', ARGV[2])
return 1
