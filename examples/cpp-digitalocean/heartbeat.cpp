// Says every few seconds "I am alive" in Redis, through any failover, and keeps the last beats with their times, so
// that whoever looks sees every gap. All it needs stands in its environment: no password is on a command line.
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <iostream>
#include <sstream>
#include <thread>

#include "baton_redis.hpp"

namespace {

volatile std::sig_atomic_t is_over = 0;

/// Kept in Redis: more than a day of one every two seconds.
constexpr long long kBeatsKept = 50'000;
constexpr long long kBeatsUntilTrimmed = 1'000;

std::string from_environment(const char* name, const std::string& otherwise) {
  const char* value = std::getenv(name);
  return value == nullptr ? otherwise : value;
}

/// REDIS_SENTINELS and REDIS_SENTINEL_SERVICE are what `baton render` writes into clients/main.env; with REDIS_ROUTER
/// it is Baton's router instead.
baton_redis::Settings settings() {
  baton_redis::Settings found;
  found.router = from_environment("REDIS_ROUTER", "");
  if (found.router.empty()) {
    std::istringstream places(from_environment("REDIS_SENTINELS", ""));
    for (std::string place; std::getline(places, place, ',');) found.sentinels.push_back(place);
    found.group = from_environment("REDIS_SENTINEL_SERVICE", "");
  }
  found.password = from_environment("REDIS_PASSWORD", "");
  found.on_primary = [](const std::string& address) { std::cout << "writes to " << address << std::endl; };
  found.on_closed = [](const std::string& address) { std::cout << "closed " << address << std::endl; };
  return found;
}

void tell(const std::string& beat, const baton_redis::Outcome& outcome) {
  if (std::holds_alternative<baton_redis::Done>(outcome)) std::cout << "done " << beat << std::endl;
  if (const auto* one = std::get_if<baton_redis::NotDone>(&outcome))
    std::cout << "not done " << beat << ": " << one->message << std::endl;
  if (const auto* one = std::get_if<baton_redis::Unknown>(&outcome))
    std::cout << "unknown " << beat << ": " << one->message << std::endl;
}

/// A beat is its time in milliseconds: to write it twice is the same as once, so it may be tried again.
void beat_until_over(baton_redis::Client& redis, const std::string& key, int every_ms) {
  baton_redis::CallOptions again;
  again.idempotent = true;
  for (long long count = 1; is_over == 0; ++count) {
    const auto since_1970 = std::chrono::system_clock::now().time_since_epoch();
    const std::string now = std::to_string(std::chrono::duration_cast<baton_redis::Milliseconds>(since_1970).count());
    tell(now, redis.call({"ZADD", key, now, now}, again));
    // When this one fails, the next one trims.
    if (count % kBeatsUntilTrimmed == 0)
      redis.call({"ZREMRANGEBYRANK", key, "0", std::to_string(-kBeatsKept - 1)}, again);
    std::this_thread::sleep_for(baton_redis::Milliseconds(every_ms));
  }
}

}  // namespace

int main() {
  const int every_ms = std::atoi(from_environment("HEARTBEAT_EVERY_MS", "2000").c_str());
  if (every_ms < 10) {
    std::cerr << "HEARTBEAT_EVERY_MS is a number of milliseconds, 10 or more" << std::endl;
    return 2;
  }
  for (const int number : {SIGTERM, SIGINT}) std::signal(number, [](int) { is_over = 1; });
  try {
    baton_redis::Client redis(settings());
    beat_until_over(redis, from_environment("HEARTBEAT_KEY", "heartbeat"), every_ms);
  } catch (const std::invalid_argument& error) {
    std::cerr << error.what() << std::endl;
    return 2;
  }
  return 0;
}
