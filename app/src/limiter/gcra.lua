-- GCRA for several limits at once: a request passes all of them or uses up none.
-- KEYS: one for each limit, all with the same hash tag. ARGV: for each limit what a request costs, in microseconds, and the quota.
-- A key holds the theoretical arrival time in microseconds, by this server's clock: replicas' clocks differ, and none is asked.
local time = redis.call('TIME')
local now = time[1] * 1000000 + time[2]
local allowed = 1
local spent = {}

for i, key in ipairs(KEYS) do
  local cost = tonumber(ARGV[2 * i - 1])
  spent[i] = math.max(tonumber(redis.call('GET', key) or now) - now, 0) + cost
  if spent[i] > cost * ARGV[2 * i] then allowed = 0 end
end

-- For each limit: remaining requests, milliseconds until it is whole again, milliseconds until it has room for one request.
local reply = { allowed }
for i, key in ipairs(KEYS) do
  local cost = tonumber(ARGV[2 * i - 1])
  local capacity = cost * ARGV[2 * i]
  local wait = 0
  if allowed == 1 then
    redis.call('SET', key, string.format('%.0f', now + spent[i]), 'PX', math.ceil(spent[i] / 1000))
  else
    wait = math.max(spent[i] - capacity, 0)
    spent[i] = spent[i] - cost
  end
  reply[#reply + 1] = math.max(math.floor((capacity - spent[i]) / cost), 0)
  reply[#reply + 1] = math.ceil(spent[i] / 1000)
  reply[#reply + 1] = math.ceil(wait / 1000)
end
return reply
