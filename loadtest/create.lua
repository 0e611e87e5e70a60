-- wrk: creates todos, or (OP=complete) completes those whose ids stand in IDS, one a line.
-- OP=api goes through the public API.
local op = os.getenv("OP") or "create"
local headers = { ["Content-Type"] = "application/json" }
local ids, n = {}, 0
if op == "complete" then
  for line in io.lines(os.getenv("IDS")) do ids[#ids + 1] = line end
end

request = function()
  n = n + 1
  if op == "create" then
    return wrk.format("POST", "/api/v1/todos", headers, '{"title":"buy milk ' .. n .. '"}')
  end
  local id = ids[(n - 1) % #ids + 1]
  -- Completing and reopening in turn, so that every call changes something.
  local done = math.floor((n - 1) / #ids) % 2 == 0
  return wrk.format("PATCH", "/api/v1/todos/" .. id, headers, done and '{"completed":true}' or '{"completed":false}')
end
