// The client: finds the primary, leaves it when the Sentinels name another, lets nothing but the login and
// ROLE reach a node before ROLE has confirmed it; and runs calls within their time.
#include "baton_redis.hpp"

#include <random>
#include <set>
#include <thread>
#include <utility>

#include "baton_redis_line.hpp"
#include "baton_redis_rules.hpp"
#include "baton_redis_sentinels.hpp"

namespace baton_redis {

using detail::Clock;
using detail::End;
using detail::Line;
using detail::Time;
using rules::Address;
using rules::Primary;
using rules::Attempt;
using rules::drops_connection;
using rules::is_of_cluster;
using rules::of_cluster;
using rules::Turn;

namespace {

/// With less time than this left, another attempt is not begun.
constexpr Milliseconds kAttemptMin{100};

void refuse_nonsense(const Settings& settings) {
  if (settings.router.empty() == settings.sentinels.empty())
    throw std::invalid_argument("expected either sentinels or a router");
  if (settings.router.empty() && settings.group.empty())
    throw std::invalid_argument("expected the name of the group that the Sentinels watch");
  if (settings.breaker_failures < 1) throw std::invalid_argument("breaker_failures is 1 or more");
}

Outcome told(const Attempt& attempt) {
  return std::visit([](const auto& one) -> Outcome { return one; }, attempt);
}

/// Ends an attempt before its command was sent; never leaves this file.
struct Trouble {
  NotDone outcome;
};

}  // namespace

class Client::State {
 public:
  explicit State(Settings settings)
      : settings_(std::move(settings)),
        breaker_(settings_.breaker_failures, settings_.breaker_pause),
        replica_breaker_(settings_.breaker_failures, settings_.breaker_pause) {
    const bool has_router = !settings_.router.empty();
    refuse_nonsense(settings_);
    if (has_router) router_ = rules::parse_address(settings_.router);
    // A Sentinel that is listed twice has one voice.
    std::set<Address> seen;
    for (const auto& text : settings_.sentinels) {
      const Address address = rules::parse_address(text);
      if (seen.insert(address).second) sentinels_.push_back(address);
    }
    command_timeout_ = settings_.command_timeout.value_or(Milliseconds(has_router ? 5000 : 500));
    login_ = rules::login_of(settings_.username, settings_.password);
    sentinel_login_ = settings_.sentinel_password
                          ? rules::login_of(settings_.sentinel_username, *settings_.sentinel_password)
                          : login_;
  }

  Outcome call(const std::vector<std::string>& command, const CallOptions& options) {
    rules::check_command(command);
    const bool asks_replica = options.from_replica && !router_;
    rules::Breaker& breaker = asks_replica ? replica_breaker_ : breaker_;
    // Others wait for Redis in their own time: the breaker is for those who have something else to give.
    const auto turn = options.fallback ? breaker.enter(since_start()) : Turn::ordinary;
    if (!turn) return instead(options, NotDone{"breaker-open", "too many attempts have failed in a row", true, false});
    const bool may_retry = settings_.retry_for.count() > 0;
    const Time until = may_retry ? Clock::now() + settings_.retry_for : Time::max();
    std::optional<Unknown> unknown;
    for (int number = 1;; ++number) {
      auto attempt = asks_replica && number == 1 ? ask_replica(command, until) : std::nullopt;
      if (!attempt) attempt = attempt_once(command, until);
      // An error reply that is no fault of the cluster shows that the cluster works.
      is_of_cluster(*attempt) ? breaker.failed(*turn, since_start()) : breaker.succeeded();
      if (std::holds_alternative<Done>(*attempt)) return told(*attempt);
      const auto* now_unknown = std::get_if<Unknown>(&*attempt);
      if (now_unknown != nullptr) unknown = *now_unknown;
      const bool is_worth_it = now_unknown ? options.idempotent || options.from_replica : is_of_cluster(*attempt);
      if (is_worth_it && options.fallback) return instead(options, *attempt);
      if (!is_worth_it || !may_retry || !pause(number, until))
        // What may have been executed once stays unknown, whatever came after it.
        return unknown ? Outcome{*unknown} : told(*attempt);
    }
  }

 private:
  static Milliseconds since_start() {
    return std::chrono::duration_cast<Milliseconds>(Clock::now().time_since_epoch());
  }
  static Time sooner(Milliseconds timeout, Time until) { return std::min(Clock::now() + timeout, until); }
  bool is_old(const std::optional<Time>& asked) const { return !asked || Clock::now() - *asked >= settings_.ask_again; }

  static Outcome instead(const CallOptions& options, const Attempt& attempt) {
    Fallback given{options.fallback(), NotDone{}};
    if (const auto* failed = std::get_if<NotDone>(&attempt)) given.because = *failed;
    if (const auto* unknown = std::get_if<Unknown>(&attempt)) given.because = *unknown;
    return given;
  }

  /// Waits for another attempt; false where there is no time for one. Whoever waits looks around: another primary
  /// than before is a reason to go on at once.
  bool pause(int number, Time until) {
    const Time latest = until - kAttemptMin - Milliseconds(10);
    if (latest <= Clock::now()) return false;
    const Time end = std::min(latest, Clock::now() + rules::pause_before(number, jitter_(random_)));
    const std::optional<Primary> before = believed_;
    while (Clock::now() < end) {
      if (router_ || !is_old(asked_at_)) {
        std::this_thread::sleep_until(router_ ? end : std::min(end, *asked_at_ + settings_.ask_again));
      } else {
        ask(end, false);
        if (believed_ && (!before || before->address != believed_->address)) return true;
      }
    }
    return Clock::now() + kAttemptMin <= until;
  }

  Attempt attempt_once(const std::vector<std::string>& command, Time until) {
    try {
      const Attempt attempt = exchange(primary(until), command, until);
      if (drops_connection(attempt)) drop();
      return attempt;
    } catch (const Trouble& trouble) {
      return trouble.outcome;
    }
  }

  /// Nothing where no replica is fit.
  std::optional<Attempt> ask_replica(const std::vector<std::string>& command, Time until) {
    try {
      if (is_old(replicas_at_)) ask(until, true);
      if (std::find(replicas_.begin(), replicas_.end(), replica_at_) == replicas_.end()) replica_.reset();
      if (replicas_.empty()) return {};
      if (!replica_) {
        replica_at_ = replicas_[random_() % replicas_.size()];
        replica_ = open(replica_at_, "slave", until);
      }
      const Attempt attempt = exchange(*replica_, command, until);
      const auto* failed = std::get_if<NotDone>(&attempt);
      // A replica refuses writes for ever: that is a mistake in the call.
      if (failed != nullptr && failed->error == "READONLY") return NotDone{"READONLY", failed->message, false, false};
      if (drops_connection(attempt)) replica_.reset(), replicas_at_.reset();
      return attempt;
    } catch (const Trouble& trouble) {
      replicas_at_.reset();
      return trouble.outcome;
    }
  }

  Attempt exchange(Line& line, const std::vector<std::string>& command, Time until) {
    // A reply that nobody waits for would be taken for the one to this command.
    if (line.is_left() || !line.replies().empty())
      return of_cluster("no-connection", "the connection was lost before the command was sent");
    if (until - Clock::now() < Milliseconds(1))
      return NotDone{"timeout", "the time was over before the command was sent", true, false};
    line.queue(command);
    switch (detail::exchange(line, sooner(command_timeout_, until))) {
      case End::not_sent:
        return of_cluster("no-connection", "the command could not be sent in whole");
      case End::late:
        return Unknown{"timeout", "no reply in time"};
      case End::lost:
        return Unknown{"connection-lost", "the connection was lost before a reply came"};
      case End::whole:
        break;
    }
    const detail::Reply reply = detail::take_reply(line);
    if (!detail::is_error(*reply)) return Done{detail::value_of(*reply)};
    return std::visit([](auto&& one) -> Attempt { return one; }, rules::of_error_reply(detail::text_of(*reply)));
  }

  /// A connection that may be written to. @throws Trouble
  Line& primary(Time until) {
    if (router_) {
      if (!line_) connect(*router_, nullptr, until);
      return *line_;
    }
    if (must_ask_ || is_old(asked_at_) || !believed_) {
      const auto why = ask(until, false);
      if (why && !line_) throw Trouble{*why};
    }
    if (!believed_) throw Trouble{of_cluster("no-primary", "no Sentinel names a primary")};
    if (line_ && connected_to_ != believed_->address) drop();
    must_ask_ = false;
    if (!line_) connect(believed_->address, "master", until);
    return *line_;
  }

  /// Nothing when they agree; an unclear answer changes nothing.
  std::optional<NotDone> ask(Time until, bool with_replicas) {
    const detail::Question question{settings_.group, sentinel_login_, with_replicas};
    const auto answers = detail::ask(sentinels_, question, sooner(settings_.sentinel_timeout, until));
    asked_at_ = Clock::now();
    if (with_replicas) replicas_at_ = asked_at_;
    const auto verdict = rules::judge(answers, sentinels_.size(), believed_ ? believed_->epoch : -1);
    if (const auto* unclear = std::get_if<rules::Unclear>(&verdict)) return rules::of_unclear(*unclear, answers);
    const auto& found = std::get<Primary>(verdict);
    if (!believed_ || believed_->address != found.address) breaker_.end_pause(since_start());
    believed_ = found;
    if (with_replicas) replicas_ = rules::fit_replicas(answers, sentinels_.size(), *believed_);
    return {};
  }

  void connect(const Address& address, const char* role, Time until) {
    line_ = open(address, role, until);
    connected_to_ = address;
    if (settings_.on_primary) settings_.on_primary(address.text());
  }

  /// After any trouble with it: the next attempt asks the Sentinels and connects anew.
  void drop() {
    must_ask_ = true;
    if (!line_) return;
    line_.reset();
    if (settings_.on_closed) settings_.on_closed(connected_to_.text());
  }

  /// Opens, logs in and asks for the role, all within the connect timeout. @throws Trouble
  std::unique_ptr<Line> open(const Address& address, const char* role, Time until) {
    const Time soon = sooner(settings_.connect_timeout, until);
    // Unless it succeeds: an address that does not hold what was said of it calls for a new question.
    const bool before = std::exchange(must_ask_, true);
    auto line = std::make_unique<Line>(address);
    if (!detail::wait_connected(*line, soon))
      throw Trouble{of_cluster("no-connection", "no connection to " + address.text())};
    if (!login_.empty()) ask_before(*line, login_, address, soon);
    if (role != nullptr) {
      const detail::Reply reply = ask_before(*line, {"ROLE"}, address, soon);
      const auto at = [&reply](std::size_t index) {
        const bool is_there = reply->type == REDIS_REPLY_ARRAY && index < reply->elements;
        return is_there && detail::is_text(*reply->element[index]) ? detail::text_of(*reply->element[index]) : "";
      };
      const bool is_ready = at(0) == role && (at(0) != "slave" || at(3) == "connected");
      const std::string message = address.text() + " is no " + role + " that is ready: ROLE says \"" + at(0) + "\"";
      if (!is_ready) throw Trouble{of_cluster("no-primary", message)};
    }
    must_ask_ = before;
    return line;
  }

  /// The command of the caller has not been sent yet, whatever happens here. @throws Trouble
  static detail::Reply ask_before(Line& line, const std::vector<std::string>& words, const Address& address,
                                  Time until) {
    line.queue(words);
    if (detail::exchange(line, until) != End::whole)
      throw Trouble{of_cluster("no-connection", "no connection to " + address.text())};
    detail::Reply reply = detail::take_reply(line);
    if (!detail::is_error(*reply)) return reply;
    const auto said = rules::of_error_reply(detail::text_of(*reply));
    const auto* failed = std::get_if<NotDone>(&said);
    const std::string text = detail::text_of(*reply);
    throw Trouble{NotDone{rules::word_of(text), text, failed != nullptr && failed->is_of_cluster, true}};
  }

  Settings settings_;
  std::vector<Address> sentinels_;
  std::optional<Address> router_;
  Milliseconds command_timeout_{};
  std::vector<std::string> login_;
  std::vector<std::string> sentinel_login_;
  rules::Breaker breaker_;
  rules::Breaker replica_breaker_;
  std::mt19937 random_{std::random_device{}()};
  std::uniform_real_distribution<double> jitter_{0.0, 1.0};

  std::unique_ptr<Line> line_;
  Address connected_to_;
  std::unique_ptr<Line> replica_;
  Address replica_at_;
  std::vector<Address> replicas_;
  std::optional<Time> replicas_at_;
  std::optional<Primary> believed_;
  std::optional<Time> asked_at_;
  bool must_ask_ = false;
};

Client::Client(Settings settings) : state_(std::make_unique<State>(std::move(settings))) {}
Client::~Client() = default;
Client::Client(Client&&) noexcept = default;
Client& Client::operator=(Client&&) noexcept = default;

Outcome Client::call(const std::vector<std::string>& command, const CallOptions& options) {
  return state_->call(command, options);
}

}  // namespace baton_redis
