// Speaks to the drill (see ../CONTRACT.md): drill-client [--default]. One thread reads the drill's lines and
// can end at once, the other one may be waiting for Redis.
#include <condition_variable>
#include <csignal>
#include <cstdlib>
#include <deque>
#include <iostream>
#include <mutex>
#include <thread>

#include <nlohmann/json.hpp>

#include "drill_writers.hpp"

namespace {

using drill::Order;
using nlohmann::json;

constexpr std::size_t kLineMax = 65536;
constexpr std::size_t kWaitingMax = 64;
constexpr int kUnable = 3;
constexpr baton_redis::Milliseconds kGrace{500};

void say(const json& line) {
  // What a server says may be any bytes.
  std::cout << line.dump(-1, ' ', false, json::error_handler_t::replace) << std::endl;
}

/// Without destructors: the other thread may be in the middle of anything. What was said has left already.
[[noreturn]] void end(int code) { std::_Exit(code); }

[[noreturn]] void unable(const std::string& reason) {
  say({{"kind", "unable"}, {"reason", reason}});
  end(kUnable);
}

/// Nothing at the end of the input, or where a line is too long to be one of the drill's.
std::optional<json> next_line() {
  std::string text;
  for (int byte = std::cin.get(); byte != '\n'; byte = std::cin.get()) {
    if (byte == std::char_traits<char>::eof() || text.size() >= kLineMax) return {};
    text.push_back(static_cast<char>(byte));
  }
  return json::parse(text, nullptr, false);
}

std::string text_at(const json& line, const char* name) {
  const auto found = line.find(name);
  if (found == line.end()) return "";
  if (!found->is_string()) unable(std::string("\"") + name + "\" is no text");
  return found->get<std::string>();
}

Order order_from(const json& line) {
  if (!line.is_object()) unable("the first line is no JSON object");
  Order order;
  const std::string way = text_at(line, "way");
  order.has_router = way == "router";
  order.group = text_at(line, "group");
  order.router = text_at(line, "router");
  order.username = text_at(line, "username");
  order.password = text_at(line, "password");
  order.key = text_at(line, "key");
  const json sentinels = line.value("sentinels", json::array());
  for (const auto& sentinel : sentinels) {
    if (!sentinel.is_string()) unable("\"sentinels\" is no list of texts");
    order.sentinels.push_back(sentinel.get<std::string>());
  }
  const bool is_complete = order.has_router ? !order.router.empty()
                                            : way == "sentinel" && !order.sentinels.empty() && !order.group.empty();
  if (!is_complete || order.key.empty()) unable("expected way, key, and sentinels with group, or router");
  const json retry_for = line.value("retryForMs", json(10000));
  if (!retry_for.is_number_unsigned() || retry_for.get<unsigned long long>() > 3600000)
    unable("retryForMs is no number of milliseconds");
  order.retry_for = baton_redis::Milliseconds(retry_for.get<long long>());
  if (line.contains("tls")) unable("hiredis " + drill::version() + " of Debian 12 has no TLS");
  return order;
}

/// The drill's lines, handed from the thread that reads to the one that works.
class Inbox {
 public:
  void put(json line) {
    const std::lock_guard lock(mutex_);
    is_idle_ = false;
    // The drill waits for an answer before it says more.
    if (lines_.size() >= kWaitingMax) end(EXIT_FAILURE);
    lines_.push_back(std::move(line));
    arrived_.notify_one();
  }

  /// Whether everything that was put has been worked on, before the time is over.
  void wait_idle(baton_redis::Milliseconds limit) {
    std::unique_lock lock(mutex_);
    idle_.wait_for(lock, limit, [this] { return is_idle_; });
  }

  json take() {
    std::unique_lock lock(mutex_);
    is_idle_ = lines_.empty();
    idle_.notify_all();
    arrived_.wait(lock, [this] { return !lines_.empty(); });
    json line = std::move(lines_.front());
    lines_.pop_front();
    return line;
  }

 private:
  std::mutex mutex_;
  std::condition_variable arrived_;
  std::condition_variable idle_;
  bool is_idle_ = true;
  std::deque<json> lines_;
};

void answer(const baton_redis::Outcome& outcome, const json& id, bool is_read) {
  const auto failed = [&id](const char* kind, const auto& one) {
    std::cerr << kind << " " << id << ": " << one.message << std::endl;
    say({{"kind", kind}, {"id", id}, {"error", one.error}});
  };
  if (const auto* done = std::get_if<baton_redis::Done>(&outcome)) {
    if (!is_read) return say({{"kind", "done"}, {"id", id}});
    const auto* items = done->value.list();
    const auto* last = items != nullptr && !items->empty() ? items->back().text() : nullptr;
    const auto number = last == nullptr ? std::nullopt : baton_redis::rules::parse_number(*last);
    say({{"kind", "value"}, {"id", id}, {"last", number ? json(*number) : json(nullptr)}});
  }
  if (const auto* one = std::get_if<baton_redis::NotDone>(&outcome)) failed("not-done", *one);
  if (const auto* one = std::get_if<baton_redis::Unknown>(&outcome)) failed("unknown", *one);
}

void work(drill::Writer& writer, Inbox& inbox) {
  for (;;) {
    const json line = inbox.take();
    const json id = line.is_object() ? line.value("id", json()) : json();
    if (!id.is_number_integer()) {
      std::cerr << "a line without a kind and an id that are known" << std::endl;
      continue;
    }
    const bool is_read = line.value("kind", json()) == json("read");
    answer(is_read ? writer.read() : writer.write(id.get<long long>()), id, is_read);
  }
}

std::unique_ptr<drill::Writer> writer_for(const Order& order, bool is_plain) {
  if (is_plain) return std::make_unique<drill::Plain>(order);
  baton_redis::Settings settings;
  settings.on_closed = [](const std::string&) { say({{"kind", "closed"}}); };
  settings.on_primary = [](const std::string& address) { say({{"kind", "primary"}, {"address", address}}); };
  return std::make_unique<drill::WithModule>(order, settings);
}

}  // namespace

int main(int count, char** words) {
  const std::string option = count > 1 ? words[1] : "";
  if (count > 2 || (!option.empty() && option != "--default")) {
    std::cerr << "usage: drill-client [--default]" << std::endl;
    return 2;
  }
  // Only the plain hiredis needs it: its write() raises SIGPIPE.
  std::signal(SIGPIPE, SIG_IGN);
  const Order order = order_from(next_line().value_or(json()));
  std::unique_ptr<drill::Writer> writer;
  try {
    writer = writer_for(order, !option.empty());
  } catch (const std::invalid_argument& error) {
    unable(error.what());
  }
  Inbox inbox;
  say({{"kind", "ready"}, {"name", writer->name()}});
  std::thread worker([&writer, &inbox] { work(*writer, inbox); });
  worker.detach();
  for (auto line = next_line(); line; line = next_line()) {
    if (line->is_object() && line->value("kind", json()) == json("stop")) break;
    inbox.put(std::move(*line));
  }
  // It may still owe an answer.
  inbox.wait_idle(kGrace);
  end(EXIT_SUCCESS);
}
