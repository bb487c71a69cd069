// Asks all Sentinels at the same time; one that is frozen or gone costs nothing while two others answer.
#pragma once

#include "baton_redis_line.hpp"

namespace baton_redis::detail {

/// A Sentinel that says more than this about one group is none.
constexpr std::size_t kAnswerBytesMax = 256 * 1024;

inline std::map<std::string, std::string> fields_of(const redisReply& row) {
  std::map<std::string, std::string> fields;
  if (row.type != REDIS_REPLY_ARRAY) return fields;
  for (std::size_t index = 0; index + 1 < row.elements; index += 2)
    if (is_text(*row.element[index]) && is_text(*row.element[index + 1]))
      fields[text_of(*row.element[index])] = text_of(*row.element[index + 1]);
  return fields;
}

inline std::optional<rules::Address> address_of(const std::string& host, const std::string& port) {
  const auto number = rules::parse_number(port);
  if (host.empty() || !number || *number < 1 || *number > 65535) return {};
  return rules::Address{host, static_cast<int>(*number)};
}

/// Of those that are there and attached to their primary.
inline std::vector<rules::Address> replicas_of(const redisReply& rows) {
  std::vector<rules::Address> fit;
  if (rows.type != REDIS_REPLY_ARRAY) return fit;
  for (std::size_t index = 0; index < rows.elements; ++index) {
    auto fields = fields_of(*rows.element[index]);
    const std::string flags = "," + fields["flags"] + ",";
    const auto has = [&flags](const char* flag) { return flags.find(flag) != std::string::npos; };
    const bool is_there = has(",slave,") && !has(",s_down,") && !has(",o_down,") && !has(",disconnected,");
    const auto address = address_of(fields["ip"], fields["port"]);
    if (is_there && fields["master-link-status"] == "ok" && address) fit.push_back(*address);
  }
  return fit;
}

/// Of the replies to GET-MASTER-ADDR-BY-NAME, MASTER and, where asked for, REPLICAS. `login` may be null. A Sentinel
/// without a password refuses the login and answers all the same: only the answers count.
inline rules::Answer answer_of(const rules::Address& sentinel, const redisReply* login,
                               const std::vector<const redisReply*>& replies) {
  rules::Answer answer;
  answer.sentinel = sentinel;
  for (const auto* reply : replies) {
    if (!is_error(*reply)) continue;
    const bool is_locked = rules::word_of(text_of(*reply)) == "NOAUTH" && login != nullptr && is_error(*login);
    const std::string text = text_of(is_locked ? *login : *reply);
    const std::string word = rules::word_of(text);
    if (word == "NOAUTH" || word == "WRONGPASS" || word == "NOPERM") answer.refusal = word;
    answer.reason = "refuses to answer (" + text + ")";
    return answer;
  }
  const redisReply& named = *replies[0];
  const auto epoch = rules::parse_number(fields_of(*replies[1])["config-epoch"]);
  answer.reason = "gives no address";
  if (named.type != REDIS_REPLY_ARRAY || named.elements != 2 || !epoch) return answer;
  if (!is_text(*named.element[0]) || !is_text(*named.element[1])) return answer;
  answer.primary = address_of(text_of(*named.element[0]), text_of(*named.element[1]));
  answer.epoch = *epoch;
  if (replies.size() > 2) answer.replicas = replicas_of(*replies[2]);
  return answer;
}

struct Question {
  std::string group;
  /// The AUTH command; empty for none.
  std::vector<std::string> login;
  bool with_replicas = false;
};

/// The answers of all, those included that did not answer in time or were not needed any more.
inline std::vector<rules::Answer> ask(const std::vector<rules::Address>& sentinels, const Question& question,
                                      Time until) {
  const std::size_t skipped = question.login.empty() ? 0 : 1;
  const std::size_t expected = skipped + (question.with_replicas ? 3 : 2);
  std::vector<std::unique_ptr<Line>> lines;
  for (const auto& sentinel : sentinels) {
    lines.push_back(std::make_unique<Line>(sentinel));
    if (lines.back()->has_failed()) continue;
    if (skipped == 1) lines.back()->queue(question.login);
    lines.back()->queue({"SENTINEL", "GET-MASTER-ADDR-BY-NAME", question.group});
    lines.back()->queue({"SENTINEL", "MASTER", question.group});
    if (question.with_replicas) lines.back()->queue({"SENTINEL", "REPLICAS", question.group});
  }
  std::vector<rules::Answer> answers;
  std::vector<bool> is_over(lines.size(), false);
  const auto silent = [&](std::size_t index, const std::string& why) {
    rules::Answer answer;
    answer.sentinel = sentinels[index];
    answer.reason = "does not answer (" + why + ")";
    answers.push_back(answer);
    is_over[index] = true;
  };
  for (;;) {
    std::vector<Line*> open;
    for (std::size_t index = 0; index < lines.size(); ++index) {
      if (is_over[index]) continue;
      Line& line = *lines[index];
      if (line.replies().size() >= expected) {
        std::vector<const redisReply*> replies;
        for (std::size_t at = skipped; at < expected; ++at) replies.push_back(line.replies()[at].get());
        const redisReply* login = skipped == 0 ? nullptr : line.replies().front().get();
        answers.push_back(answer_of(sentinels[index], login, replies));
        is_over[index] = true;
      } else if (line.has_failed()) {
        silent(index, line.failure());
      } else if (line.buffered() > kAnswerBytesMax) {
        silent(index, "the reply is too long");
      } else {
        open.push_back(&line);
      }
    }
    if (rules::is_settled(answers, sentinels.size())) break;
    if (!poll_once(open, until) && Clock::now() >= until) break;
  }
  for (std::size_t index = 0; index < lines.size(); ++index)
    if (!is_over[index]) silent(index, "nothing in time");
  return answers;
}

}  // namespace baton_redis::detail
