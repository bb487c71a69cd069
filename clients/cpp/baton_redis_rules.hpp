// The decisions: whom to believe, what an error reply means, how long to pause, when to try again after
// failures. No clock, no network.
#pragma once

#include <algorithm>
#include <array>
#include <cctype>
#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <stdexcept>
#include <string>
#include <tuple>
#include <variant>
#include <vector>

#include "baton_redis.hpp"

namespace baton_redis::rules {

struct Address {
  std::string host;
  int port = 0;

  bool operator==(const Address& other) const { return host == other.host && port == other.port; }
  bool operator!=(const Address& other) const { return !(*this == other); }
  bool operator<(const Address& other) const { return std::tie(host, port) < std::tie(other.host, other.port); }
  std::string text() const {
    const bool is_v6 = host.find(':') != std::string::npos;
    return (is_v6 ? "[" + host + "]" : host) + ":" + std::to_string(port);
  }
};

/// Nothing but digits, no longer than a number of 18.
inline std::optional<std::int64_t> parse_number(const std::string& text) {
  if (text.empty() || text.size() > 18 || text.find_first_not_of("0123456789") != std::string::npos) return {};
  return std::stoll(text);
}

/// @throws std::invalid_argument unless it is ADDRESS:PORT or [ADDRESS]:PORT.
inline Address parse_address(const std::string& text) {
  const auto colon = std::min(text.rfind(':'), text.size());
  std::string host = text.substr(0, colon);
  if (host.size() > 2 && host.front() == '[' && host.back() == ']') {
    host = host.substr(1, host.size() - 2);
  } else if (host.find_first_of(":[]") != std::string::npos) {
    host.clear();
  }
  const auto port = parse_number(colon == text.size() ? "" : text.substr(colon + 1)).value_or(0);
  if (host.empty() || port < 1 || port > 65535)
    throw std::invalid_argument("\"" + text + "\" is no address: expected ADDRESS:PORT");
  return {host, static_cast<int>(port)};
}

/// The AUTH command; empty where there is no password.
inline std::vector<std::string> login_of(const std::string& username, const std::string& password) {
  if (password.empty()) return {};
  if (username.empty()) return {"AUTH", password};
  return {"AUTH", username, password};
}

/// What one Sentinel said; without an address it said nothing of use, and `reason` says why.
struct Answer {
  Address sentinel;
  std::optional<Address> primary;
  std::int64_t epoch = -1;
  /// Those that it sees attached and alive; only where they were asked for.
  std::vector<Address> replicas;
  std::string reason;
  /// The word of one that wants another login; empty for all others.
  std::string refusal;
};

/// The primary that the Sentinels agree on.
struct Primary {
  Address address;
  std::int64_t epoch = -1;
};

/// The Sentinels do not agree, or too few of them answer.
struct Unclear {
  std::string reason;
};

using Verdict = std::variant<Primary, Unclear>;
using Votes = std::map<std::pair<std::int64_t, Address>, int>;

/// One alone may be stale, or a stranger that uses the same group name: it takes two to be believed.
inline int votes_needed(std::size_t asked) { return asked == 1 ? 1 : 2; }

inline Votes count_votes(const std::vector<Answer>& answers) {
  Votes votes;
  for (const auto& answer : answers)
    if (answer.primary) ++votes[{answer.epoch, *answer.primary}];
  return votes;
}

/// The newest epoch that at least two of the asked Sentinels name (or the only one, where one was asked),
/// unless two primaries are named so in it. Nothing older than `newest_epoch` is believed again.
inline Verdict judge(const std::vector<Answer>& answers, std::size_t asked, std::int64_t newest_epoch = -1) {
  const int needed = votes_needed(asked);
  std::vector<Primary> agreed;
  for (const auto& [key, count] : count_votes(answers))
    if (count >= needed) agreed.push_back({key.second, key.first});
  if (agreed.empty()) {
    std::string said;
    for (const auto& answer : answers) {
      said += (said.empty() ? "" : "; ") + answer.sentinel.text() + " ";
      said += answer.primary ? "names " + answer.primary->text() + " in epoch " + std::to_string(answer.epoch)
                             : answer.reason;
    }
    return Unclear{"no " + std::to_string(needed) + " of " + std::to_string(asked) + " Sentinels agree: " + said};
  }
  const Primary& newest = agreed.back();  // the map is sorted by epoch
  const std::string epoch = std::to_string(newest.epoch);
  if (agreed.size() > 1 && agreed[agreed.size() - 2].epoch == newest.epoch) {
    const std::string both = agreed[agreed.size() - 2].address.text() + " and " + newest.address.text();
    return Unclear{"the Sentinels name both " + both + " in epoch " + epoch};
  }
  if (newest.epoch < newest_epoch)
    return Unclear{"the Sentinels name epoch " + epoch + ", and epoch " + std::to_string(newest_epoch) +
                   " has been there before"};
  return newest;
}

/// Whether the Sentinels that have not answered yet could still change the outcome.
inline bool is_settled(const std::vector<Answer>& answers, std::size_t asked) {
  const int pending = static_cast<int>(asked - answers.size());
  const Verdict verdict = judge(answers, asked);
  const auto* found = std::get_if<Primary>(&verdict);
  if (pending == 0 || found == nullptr) return pending == 0;
  int strongest = 0;
  for (const auto& [key, count] : count_votes(answers)) {
    const bool is_same = key.first == found->epoch && key.second == found->address;
    if (key.first >= found->epoch && !is_same) strongest = std::max(strongest, count);
  }
  return strongest + pending < votes_needed(asked);
}

/// Replicas that as many Sentinels see attached as it takes to be believed.
inline std::vector<Address> fit_replicas(const std::vector<Answer>& answers, std::size_t asked,
                                         const Primary& primary) {
  std::map<Address, int> votes;
  for (const auto& answer : answers)
    if (answer.epoch == primary.epoch && answer.primary == primary.address)
      for (const auto& replica : answer.replicas) ++votes[replica];
  std::vector<Address> fit;
  for (const auto& [address, count] : votes)
    if (count >= votes_needed(asked)) fit.push_back(address);
  return fit;
}

inline std::string in_capitals(std::string text) {
  for (char& letter : text) letter = static_cast<char>(std::toupper(static_cast<unsigned char>(letter)));
  return text;
}

/// The effect of these depends on the connection, which changes under them, or on a wait longer than a timeout.
inline bool needs_one_connection(const std::vector<std::string>& command) {
  static const std::set<std::string> names{
      "AUTH",   "BLMOVE",    "BLMPOP",  "BLPOP",     "BRPOP",        "BRPOPLPUSH",  "BZMPOP",   "BZPOPMAX", "BZPOPMIN",
      "DISCARD", "EXEC",     "HELLO",   "MONITOR",   "MULTI",        "PSUBSCRIBE",  "PSYNC",    "QUIT",     "RESET",
      "SELECT", "SSUBSCRIBE", "SUBSCRIBE", "SYNC",   "PUNSUBSCRIBE", "SUNSUBSCRIBE", "UNSUBSCRIBE", "UNWATCH", "WAIT",
      "WAITAOF", "WATCH"};
  const std::string name = in_capitals(command.front());
  if (names.count(name) != 0) return true;
  if (name != "XREAD" && name != "XREADGROUP") return false;
  // These wait only where they are told to, before the word STREAMS.
  for (std::size_t index = name == "XREAD" ? 1 : 4; index < command.size(); ++index) {
    const std::string word = in_capitals(command[index]);
    if (word == "STREAMS") return false;
    if (word == "BLOCK") return true;
  }
  return false;
}

/// @throws std::invalid_argument for one that cannot be meant.
inline void check_command(const std::vector<std::string>& command) {
  if (command.empty()) throw std::invalid_argument("a call needs the name of a command first");
  if (needs_one_connection(command)) throw std::invalid_argument(command[0] + " needs a connection of its own");
}

/// The first word of an error reply, fit to be counted by.
inline std::string word_of(const std::string& text) {
  const std::string word = text.substr(0, text.find_first_of(" \r\n\t"));
  const auto is_letter = [](unsigned char one) { return std::isalpha(one) != 0; };
  const auto is_fine = [](unsigned char one) { return std::isalnum(one) != 0 || one == '_' || one == '-'; };
  const bool is_word = !word.empty() && word.size() <= 40 && is_letter(static_cast<unsigned char>(word.front())) &&
                       std::all_of(word.begin(), word.end(), is_fine);
  return is_word ? word : "other";
}

/// What an error reply says about the command that it answers.
inline std::variant<NotDone, Unknown> of_error_reply(const std::string& text) {
  const std::string error = word_of(text);
  // The router's words for: the primary has it, its replicas have not confirmed it in time.
  if (text.find("outcome unknown") != std::string::npos) return Unknown{error, text};
  // The node is the wrong one, or not ready: elsewhere, or later, the command may succeed.
  constexpr std::array leave{"READONLY", "LOADING", "MASTERDOWN", "NOREPLICAS"};
  // The node is the right one and busy: later the command may succeed there.
  constexpr std::array stay{"BUSY", "TRYAGAIN"};
  const bool leaves = std::find(leave.begin(), leave.end(), error) != leave.end();
  const bool stays = std::find(stay.begin(), stay.end(), error) != stay.end();
  return NotDone{error, text, leaves || stays, leaves};
}

/// One attempt, before it is decided what becomes of the call.
using Attempt = std::variant<Done, NotDone, Unknown>;

inline bool is_of_cluster(const Attempt& attempt) {
  const auto* failed = std::get_if<NotDone>(&attempt);
  return failed == nullptr ? std::holds_alternative<Unknown>(attempt) : failed->is_of_cluster;
}

inline bool drops_connection(const Attempt& attempt) {
  const auto* failed = std::get_if<NotDone>(&attempt);
  return failed == nullptr ? std::holds_alternative<Unknown>(attempt) : failed->drops_connection;
}

inline NotDone of_cluster(const std::string& error, const std::string& message) {
  return {error, message, true, true};
}

/// What an unclear answer means for a call that needs a primary now.
inline NotDone of_unclear(const Unclear& unclear, const std::vector<Answer>& answers) {
  const auto has_refused = [](const Answer& answer) { return !answer.refusal.empty(); };
  const auto named = [](const Answer& answer) { return answer.primary.has_value(); };
  const auto refused = std::find_if(answers.begin(), answers.end(), has_refused);
  const bool is_locked =
      std::count_if(answers.begin(), answers.end(), has_refused) >= votes_needed(answers.size()) &&
      std::none_of(answers.begin(), answers.end(), named);
  // Where every Sentinel that can be heard refuses the login, no waiting will help.
  return is_locked ? NotDone{refused->refusal, unclear.reason, false, true} : of_cluster("no-primary", unclear.reason);
}

/// Full jitter, so that a thousand clients do not come back in one moment. `attempt` is 1 for the first
/// repetition, `random` lies between 0 and 1.
inline Milliseconds pause_before(int attempt, double random) {
  const double most = std::min(1000.0, 50.0 * static_cast<double>(1 << std::min(attempt, 10)));
  return Milliseconds(static_cast<long long>(std::max(10.0, most * random)));
}

/// How a call was let through: as any other, or as the one that tries while the breaker is open.
enum class Turn { ordinary, trial };

/// Opens after some failures in a row: then calls with a fallback do without Redis for a while, and then one of
/// them tries. For one thread, as its client is.
class Breaker {
 public:
  /// Since any fixed moment.
  using Time = Milliseconds;

  Breaker(int failures_max, Milliseconds pause) : failures_max_(failures_max), first_pause_(pause) {}

  /// For a call with a fallback: nothing while it is open.
  std::optional<Turn> enter(Time now) const {
    if (!open_until_) return Turn::ordinary;
    if (now < *open_until_) return {};
    return Turn::trial;
  }

  /// Of any call.
  void succeeded() {
    failures_ = 0;
    open_until_.reset();
  }

  void failed(Turn turn, Time now) {
    failures_ = std::min(failures_ + 1, failures_max_);
    if (open_until_ && turn == Turn::trial) {
      pause_ = std::min(Milliseconds(5000), 2 * pause_);
    } else if (!open_until_ && failures_ >= failures_max_) {
      pause_ = first_pause_;
    } else {
      // Calls that are not held back do not make the pause of the others longer.
      return;
    }
    open_until_ = now + pause_;
  }

  /// Another primary is there: what is known of the old one keeps nobody from trying.
  void end_pause(Time now) {
    if (open_until_) open_until_ = std::min(now, *open_until_);
  }

 private:
  int failures_max_;
  Milliseconds first_pause_;
  Milliseconds pause_{0};
  int failures_ = 0;
  std::optional<Time> open_until_;
};

}  // namespace baton_redis::rules
