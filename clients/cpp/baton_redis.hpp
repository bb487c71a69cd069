// One client for a Redis that Sentinels, or Baton's router, keep available: over hiredis, C++17. This is the
// whole interface; baton_redis_rules.hpp and baton_redis.cpp are what is behind it.
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace baton_redis {

using Milliseconds = std::chrono::milliseconds;

/// A reply: nil, a number, a string (a status such as OK, too) or a list.
struct Value {
  std::variant<std::monostate, long long, std::string, std::vector<Value>> data;

  bool is_nil() const { return std::holds_alternative<std::monostate>(data); }
  /// Null where the reply is of another kind.
  const long long* number() const { return std::get_if<long long>(&data); }
  const std::string* text() const { return std::get_if<std::string>(&data); }
  const std::vector<Value>* list() const { return std::get_if<std::vector<Value>>(&data); }
};

/// The server said so.
struct Done {
  Value value;
};

/// Certainly not executed.
struct NotDone {
  /// One word: that of an error reply, or no-connection, no-primary, breaker-open, timeout.
  std::string error;
  std::string message;
  /// The state of the cluster is the reason: it may pass.
  bool is_of_cluster = false;
  /// The connection is of no use any more.
  bool drops_connection = false;
};

/// Sent, and nobody knows: it may have been executed, now or a little later.
struct Unknown {
  std::string error;
  std::string message;
};

/// Redis was not asked, or could not tell in time: this is what the caller's own function gave.
struct Fallback {
  Value value;
  std::variant<NotDone, Unknown> because;
};

/// How a call ended: exactly one of the four. Tell them apart with std::get_if or std::visit.
using Outcome = std::variant<Done, NotDone, Unknown, Fallback>;

/// Either sentinels and group, or router.
struct Settings {
  /// All Sentinels of the group, as ADDRESS:PORT or [ADDRESS]:PORT; the order has no meaning.
  std::vector<std::string> sentinels;
  std::string group;
  std::string router;
  std::string username;
  std::string password;
  /// Without it Sentinels are asked with the same login; an empty one is none.
  std::optional<std::string> sentinel_password;
  std::string sentinel_username;

  /// Opening a connection, the login and ROLE included.
  Milliseconds connect_timeout{500};
  /// One command, from sending to its whole reply; without it 500 ms, or 5 s through a router, which holds.
  std::optional<Milliseconds> command_timeout;
  /// One question to all Sentinels together.
  Milliseconds sentinel_timeout{300};
  /// How old the Sentinels' word may be when a command begins.
  Milliseconds ask_again{1000};
  /// One call with all its attempts; 0: a call is one attempt.
  Milliseconds retry_for{10000};
  int breaker_failures = 5;
  Milliseconds breaker_pause{500};

  /// Called when another primary (or the router) is used from now on, with its address.
  std::function<void(const std::string& address)> on_primary;
  /// Called when a connection to a primary (or the router) was lost or left.
  std::function<void(const std::string& address)> on_closed;
};

struct CallOptions {
  /// To run it twice is the same as once: then it is also tried again when nobody knows whether it was
  /// executed. Never for INCR, RPUSH and the like.
  bool idempotent = false;
  /// For commands that only read: from a replica where one is fit, and perhaps something older. It implies
  /// idempotent.
  bool from_replica = false;
  /// Gives a value at once while Redis cannot: nothing is tried again then, nothing waits longer than one
  /// attempt.
  std::function<Value()> fallback;
};

/// Not for two threads at the same time: one client a thread. Nothing runs in the background.
class Client {
 public:
  /// @throws std::invalid_argument when the settings cannot be meant.
  explicit Client(Settings settings);
  ~Client();
  Client(Client&&) noexcept;
  Client& operator=(Client&&) noexcept;

  /// Runs one command: {"SET", "key", "value"}. Words may hold any bytes. What the fallback throws goes through.
  /// @throws std::invalid_argument for a command that belongs to one connection (MULTI, SELECT, BLPOP, ...).
  Outcome call(const std::vector<std::string>& command, const CallOptions& options = {});

 private:
  class State;
  std::unique_ptr<State> state_;
};

}  // namespace baton_redis
