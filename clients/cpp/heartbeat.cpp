// An example: writes the time of day into one key every few seconds, through any failover, and says what came
// of it. All it needs stands in its environment, so that no password is on a command line.
#include <csignal>
#include <ctime>
#include <iostream>
#include <sstream>
#include <thread>

#include "baton_redis.hpp"

namespace {

volatile std::sig_atomic_t is_over = 0;

std::string from_environment(const char* name, const std::string& otherwise) {
  const char* value = std::getenv(name);
  return value == nullptr ? otherwise : value;
}

baton_redis::Settings settings() {
  baton_redis::Settings found;
  found.router = from_environment("REDIS_ROUTER", "");
  if (found.router.empty()) {
    std::istringstream places(from_environment("REDIS_SENTINELS", ""));
    for (std::string place; std::getline(places, place, ',');) found.sentinels.push_back(place);
    found.group = from_environment("REDIS_GROUP", "main");
  }
  found.username = from_environment("REDIS_USERNAME", "");
  found.password = from_environment("REDIS_PASSWORD", "");
  found.on_primary = [](const std::string& address) { std::cout << "writes to " << address << std::endl; };
  return found;
}

}  // namespace

int main() {
  const std::string key = from_environment("HEARTBEAT_KEY", "heartbeat");
  const int every_ms = std::atoi(from_environment("HEARTBEAT_EVERY_MS", "2000").c_str());
  if (every_ms < 10) {
    std::cerr << "HEARTBEAT_EVERY_MS is a number of milliseconds, 10 or more" << std::endl;
    return 2;
  }
  for (const int number : {SIGTERM, SIGINT}) std::signal(number, [](int) { is_over = 1; });
  try {
    baton_redis::Client redis(settings());
    // To write the same time twice is the same as once.
    baton_redis::CallOptions again;
    again.idempotent = true;
    while (is_over == 0) {
      const std::string now = std::to_string(std::time(nullptr));
      const auto outcome = redis.call({"SET", key, now}, again);
      if (std::holds_alternative<baton_redis::Done>(outcome)) std::cout << "done " << now << std::endl;
      if (const auto* one = std::get_if<baton_redis::NotDone>(&outcome))
        std::cout << "not done " << now << ": " << one->message << std::endl;
      if (const auto* one = std::get_if<baton_redis::Unknown>(&outcome))
        std::cout << "unknown " << now << ": " << one->message << std::endl;
      std::this_thread::sleep_for(baton_redis::Milliseconds(every_ms));
    }
  } catch (const std::invalid_argument& error) {
    std::cerr << error.what() << std::endl;
    return 2;
  }
  return 0;
}
