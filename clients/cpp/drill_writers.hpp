// What writes and reads for the drill: the module, or hiredis exactly as its manual shows it.
#pragma once

#include <chrono>
#include <memory>
#include <string>
#include <vector>

#include "baton_redis.hpp"
#include "baton_redis_line.hpp"

namespace drill {

using namespace baton_redis;

/// The drill's first line, checked.
struct Order {
  bool has_router = false;
  std::vector<std::string> sentinels;
  std::string group;
  std::string router;
  std::string username;
  std::string password;
  std::string key;
  Milliseconds retry_for{10000};
};

class Writer {
 public:
  virtual ~Writer() = default;
  virtual std::string name() const = 0;
  virtual Outcome write(long long id) = 0;
  virtual Outcome read() = 0;
};

inline std::string version() {
  return std::to_string(HIREDIS_MAJOR) + "." + std::to_string(HIREDIS_MINOR) + "." + std::to_string(HIREDIS_PATCH);
}

/// As an application with the module would.
class WithModule : public Writer {
 public:
  WithModule(const Order& order, Settings settings) : key_(order.key), client_(filled(order, std::move(settings))) {}

  std::string name() const override { return "c++ hiredis " + version(); }
  Outcome write(long long id) override { return client_.call({"RPUSH", key_, std::to_string(id)}); }
  Outcome read() override {
    CallOptions options;
    options.idempotent = true;
    options.from_replica = true;
    return client_.call({"LRANGE", key_, "-1", "-1"}, options);
  }

 private:
  static Settings filled(const Order& order, Settings settings) {
    if (order.has_router) {
      settings.router = order.router;
    } else {
      settings.sentinels = order.sentinels;
      settings.group = order.group;
    }
    settings.username = order.username;
    settings.password = order.password;
    settings.retry_for = order.retry_for;
    return settings;
  }

  std::string key_;
  Client client_;
};

/// One look-up at the first Sentinel that answers, one context for ever after.
class Plain : public Writer {
 public:
  explicit Plain(Order order) : order_(std::move(order)) {}

  std::string name() const override { return "c++ hiredis " + version() + ", default"; }
  Outcome write(long long id) override {
    return run({"RPUSH", order_.key, std::to_string(id)});
  }
  Outcome read() override { return run({"LRANGE", order_.key, "-1", "-1"}); }

 private:
  using Context = std::unique_ptr<redisContext, decltype(&redisFree)>;

  std::vector<std::string> login() const { return rules::login_of(order_.username, order_.password); }

  static Context dial(const rules::Address& address) {
    return {redisConnect(address.host.c_str(), address.port), &redisFree};
  }

  static detail::Reply command(redisContext* context, const std::vector<std::string>& words) {
    std::vector<const char*> starts;
    std::vector<std::size_t> lengths;
    for (const auto& word : words) {
      starts.push_back(word.data());
      lengths.push_back(word.size());
    }
    const int count = static_cast<int>(words.size());
    return detail::Reply(static_cast<redisReply*>(redisCommandArgv(context, count, starts.data(), lengths.data())));
  }

  /// Empty where no Sentinel answers.
  std::string look_up() const {
    for (const auto& text : order_.sentinels) {
      const Context sentinel = dial(rules::parse_address(text));
      if (!sentinel || sentinel->err != 0) continue;
      // A Sentinel without a password refuses it, and answers all the same.
      if (!order_.password.empty()) command(sentinel.get(), login());
      const auto reply = command(sentinel.get(), {"SENTINEL", "get-master-addr-by-name", order_.group});
      if (!reply || reply->type != REDIS_REPLY_ARRAY || reply->elements != 2) continue;
      return detail::text_of(*reply->element[0]) + ":" + detail::text_of(*reply->element[1]);
    }
    return "";
  }

  Outcome run(const std::vector<std::string>& words) {
    const NotDone unconnected{"no-connection", "the context is in error for ever", true, true};
    if (!context_) {
      const std::string place = order_.has_router ? order_.router : look_up();
      if (place.empty()) return NotDone{"no-primary", "no Sentinel names a primary", true, true};
      context_ = dial(rules::parse_address(place));
      if (context_ && context_->err == 0 && !order_.password.empty()) {
        const auto reply = command(context_.get(), login());
        if (reply && detail::is_error(*reply)) return told(*reply);
      }
    }
    // hiredis sends nothing through a context that has failed once.
    if (!context_ || context_->err != 0) return unconnected;
    const auto reply = command(context_.get(), words);
    if (!reply) {
      const bool is_late = context_->err == REDIS_ERR_IO && errno == EAGAIN;
      return Unknown{is_late ? "timeout" : "connection-lost", context_->errstr};
    }
    return detail::is_error(*reply) ? told(*reply) : Outcome{Done{detail::value_of(*reply)}};
  }

  static Outcome told(const redisReply& reply) {
    return std::visit([](auto&& one) -> Outcome { return one; }, rules::of_error_reply(detail::text_of(reply)));
  }

  Order order_;
  Context context_{nullptr, &redisFree};
};

}  // namespace drill
