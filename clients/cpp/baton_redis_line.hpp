// One connection over hiredis that never waits by itself: whoever has some polls them together, with one
// deadline for all. Of hiredis it takes connecting, formatting and parsing.
#pragma once

#include <hiredis/hiredis.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>

#include <cerrno>
#include <cstdlib>
#include <memory>
#include <string>
#include <vector>

#include "baton_redis_rules.hpp"

namespace baton_redis::detail {

using Clock = std::chrono::steady_clock;
using Time = Clock::time_point;

struct FreeReply {
  void operator()(redisReply* reply) const { freeReplyObject(reply); }
};
using Reply = std::unique_ptr<redisReply, FreeReply>;

inline std::string text_of(const redisReply& reply) { return {reply.str, reply.len}; }
inline bool is_error(const redisReply& reply) { return reply.type == REDIS_REPLY_ERROR; }
inline bool is_text(const redisReply& reply) {
  return reply.type == REDIS_REPLY_STRING || reply.type == REDIS_REPLY_STATUS;
}

inline Value value_of(const redisReply& reply) {
  Value value;
  if (reply.type == REDIS_REPLY_INTEGER) value.data = reply.integer;
  if (is_text(reply) || is_error(reply)) value.data = text_of(reply);
  if (reply.type == REDIS_REPLY_ARRAY) {
    std::vector<Value> items;
    for (std::size_t index = 0; index < reply.elements; ++index) items.push_back(value_of(*reply.element[index]));
    value.data = std::move(items);
  }
  return value;
}

class Line {
 public:
  explicit Line(const rules::Address& address)
      : context_(redisConnectNonBlock(address.host.c_str(), address.port), &redisFree) {
    if (!context_ || context_->err != 0) fail(context_ ? context_->errstr : "out of memory");
  }

  bool has_failed() const { return !failure_.empty(); }
  bool is_connected() const { return is_connected_; }
  const std::string& failure() const { return failure_; }
  /// Whether everything that was queued has left in whole: Redis executes no half of a command.
  bool has_sent() const { return unsent_.empty(); }

  void queue(const std::vector<std::string>& words) {
    std::vector<const char*> starts;
    std::vector<std::size_t> lengths;
    for (const auto& word : words) {
      starts.push_back(word.data());
      lengths.push_back(word.size());
    }
    char* formatted = nullptr;
    const long long length =
        redisFormatCommandArgv(&formatted, static_cast<int>(words.size()), starts.data(), lengths.data());
    if (length < 0) return fail("out of memory");
    unsent_.append(formatted, static_cast<std::size_t>(length));
    redisFreeCommand(formatted);
  }

  pollfd wanted() const {
    const bool writes = !is_connected_ || !unsent_.empty();
    return {context_->fd, static_cast<short>(is_connected_ ? POLLIN | (writes ? POLLOUT : 0) : POLLOUT), 0};
  }

  /// The socket can be read or written: goes on as far as it can without waiting.
  void go_on(short events) {
    if (has_failed() || events == 0) return;
    if (!is_connected_ && !finish_connecting()) return;
    if (!unsent_.empty() && !send_some()) return;
    if ((events & ~POLLOUT) != 0 && redisBufferRead(context_.get()) != REDIS_OK) return fail(context_->errstr);
    take_replies();
  }

  /// Whether the other side has closed it, or talks without having been asked.
  bool is_left() const {
    pollfd wanted{context_->fd, POLLIN, 0};
    return ::poll(&wanted, 1, 0) != 0;
  }

  std::vector<Reply>& replies() { return replies_; }
  std::size_t buffered() const { return context_->reader->len; }

 private:
  void fail(const std::string& reason) {
    if (failure_.empty()) failure_ = reason.empty() ? "failed" : reason;
  }

  bool finish_connecting() {
    int error = 0;
    socklen_t size = sizeof error;
    if (getsockopt(context_->fd, SOL_SOCKET, SO_ERROR, &error, &size) != 0) error = errno;
    if (error != 0) {
      fail("connection refused, or no way there");
      return false;
    }
    return is_connected_ = true;
  }

  /// Not by hiredis, whose write() raises SIGPIPE where the other side has gone.
  bool send_some() {
    const ssize_t sent = ::send(context_->fd, unsent_.data(), unsent_.size(), MSG_NOSIGNAL);
    if (sent < 0) {
      if (errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR) return true;
      fail("connection lost");
      return false;
    }
    unsent_.erase(0, static_cast<std::size_t>(sent));
    return true;
  }

  void take_replies() {
    for (void* reply = nullptr;;) {
      if (redisGetReplyFromReader(context_.get(), &reply) != REDIS_OK) return fail(context_->errstr);
      if (reply == nullptr) return;
      replies_.emplace_back(static_cast<redisReply*>(reply));
    }
  }

  std::unique_ptr<redisContext, decltype(&redisFree)> context_;
  bool is_connected_ = false;
  std::string unsent_;
  std::vector<Reply> replies_;
  std::string failure_;
};

/// Waits for any of the lines that have not failed, and lets them go on. False when the time is over.
inline bool poll_once(const std::vector<Line*>& lines, Time until) {
  std::vector<pollfd> wanted;
  for (const Line* line : lines) wanted.push_back(line->wanted());
  const auto left = std::chrono::ceil<Milliseconds>(until - Clock::now());
  if (left.count() <= 0) return false;
  const int ready = ::poll(wanted.data(), wanted.size(), static_cast<int>(std::min<long long>(left.count(), 60000)));
  if (ready <= 0) return ready < 0 && errno == EINTR;
  for (std::size_t index = 0; index < lines.size(); ++index) lines[index]->go_on(wanted[index].revents);
  return true;
}

/// Whether it is connected before the time is over.
inline bool wait_connected(Line& line, Time until) {
  while (!line.is_connected())
    if (line.has_failed() || (!poll_once({&line}, until) && Clock::now() >= until)) return false;
  return true;
}

enum class End { whole, not_sent, late, lost };

/// Sends what is queued and waits for one reply.
inline End exchange(Line& line, Time until) {
  while (line.replies().empty()) {
    if (line.has_failed()) return line.has_sent() ? End::lost : End::not_sent;
    if (!poll_once({&line}, until) && Clock::now() >= until) return line.has_sent() ? End::late : End::not_sent;
  }
  return End::whole;
}

inline Reply take_reply(Line& line) {
  Reply reply = std::move(line.replies().front());
  line.replies().erase(line.replies().begin());
  return reply;
}

}  // namespace baton_redis::detail
