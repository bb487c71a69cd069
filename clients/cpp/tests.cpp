// The promises of the module that need no cluster: decisions, limits, and what an address without Redis
// behind it does. Ends with 1 and says which promise is broken.
#include <arpa/inet.h>
#include <unistd.h>

#include <iostream>

#include "baton_redis.hpp"
#include "baton_redis_line.hpp"
#include "baton_redis_rules.hpp"
#include "baton_redis_sentinels.hpp"

namespace {

using namespace baton_redis;
using namespace baton_redis::rules;

int promises = 0;
int broken = 0;

void expect(bool holds, const std::string& promise) {
  ++promises;
  if (holds) return;
  ++broken;
  std::cerr << "broken: " << promise << std::endl;
}

const Address kOld{"192.0.2.1", 6379};
const Address kNew{"192.0.2.2", 6379};

Answer names(const Address& primary, std::int64_t epoch) {
  Answer answer;
  answer.sentinel = {"192.0.2.9", 26379};
  answer.primary = primary;
  answer.epoch = epoch;
  return answer;
}

Answer silent() {
  Answer answer;
  answer.sentinel = {"192.0.2.9", 26379};
  answer.reason = "does not answer";
  return answer;
}

bool finds(const Verdict& verdict, const Address& address, std::int64_t epoch) {
  const auto* found = std::get_if<Primary>(&verdict);
  return found != nullptr && found->address == address && found->epoch == epoch;
}

bool is_unclear(const Verdict& verdict) { return std::holds_alternative<Unclear>(verdict); }

void judging() {
  expect(finds(judge({names(kNew, 3), names(kNew, 3), names(kNew, 3)}, 3), kNew, 3), "believes what all name");
  const std::vector<Answer> split{names(kOld, 1), names(kOld, 1), names(kOld, 1), names(kNew, 2), names(kNew, 2)};
  expect(finds(judge(split, 5), kNew, 2), "believes the newest epoch that two name, against a majority");
  expect(finds(judge({names(kNew, 9), names(kOld, 1), names(kOld, 1)}, 3), kOld, 1), "believes no lone one");
  expect(is_unclear(judge({names(kOld, 1), names(kNew, 2), silent()}, 3)), "is unclear where no two agree");
  const std::vector<Answer> both{names(kOld, 2), names(kOld, 2), names(kNew, 2), names(kNew, 2)};
  expect(is_unclear(judge(both, 4)), "is unclear where one epoch has two primaries");
  expect(finds(judge({names(kNew, 1)}, 1), kNew, 1), "believes the only one that was given");
  expect(is_unclear(judge({names(kNew, 1), silent()}, 2)), "believes no lone one of two");
  expect(is_unclear(judge({names(kOld, 1), names(kOld, 1)}, 3, 2)), "never believes an older epoch again");
  expect(finds(judge({names(kNew, 2), names(kNew, 2)}, 3, 2), kNew, 2), "believes the same epoch again");
  expect(is_settled({silent(), silent()}, 2), "is settled when all have answered");
  expect(is_settled({names(kNew, 2), names(kNew, 2)}, 3), "is settled when the third could not outvote two");
  expect(!is_settled({names(kOld, 1), names(kOld, 1)}, 4), "waits while two could name a newer epoch");
  expect(!is_settled({names(kOld, 1), names(kNew, 2), names(kOld, 1)}, 4), "waits for a second newer word");
  expect(!is_settled({names(kNew, 1)}, 3) && !is_settled({}, 1), "waits while too few agree");
}

void choosing_replicas() {
  Answer one = names(kNew, 2);
  one.replicas = {{"192.0.2.3", 6379}, {"192.0.2.4", 6379}};
  Answer two = names(kNew, 2);
  two.replicas = {{"192.0.2.3", 6379}};
  Answer stale = names(kOld, 1);
  stale.replicas = {{"192.0.2.4", 6379}};
  const auto fit = fit_replicas({one, two, stale}, 3, {kNew, 2});
  expect(fit == std::vector<Address>{{"192.0.2.3", 6379}}, "reads only from replicas that two see attached");
}

void classifying() {
  const auto not_done = [](const std::string& text) {
    const auto said = of_error_reply(text);
    const auto* one = std::get_if<NotDone>(&said);
    return one == nullptr ? NotDone{"unknown", "", false, false} : *one;
  };
  for (const char* word : {"READONLY", "LOADING", "MASTERDOWN", "NOREPLICAS"}) {
    const NotDone said = not_done(std::string(word) + " some words");
    expect(said.error == word && said.is_of_cluster && said.drops_connection, std::string(word) + " leaves the node");
  }
  for (const char* word : {"BUSY", "TRYAGAIN"}) {
    const NotDone said = not_done(std::string(word) + " some words");
    expect(said.is_of_cluster && !said.drops_connection, std::string(word) + " stays and tries again");
  }
  for (const char* word : {"WRONGTYPE", "OOM", "NOAUTH", "NOPERM", "WRONGPASS", "ERR", "BUSYGROUP"})
    expect(!not_done(std::string(word) + " some words").is_of_cluster, std::string(word) + " is told at once");
  expect(word_of("my-word of a script") == "my-word", "an error is named by its first word");
  for (const std::string& text : {std::string(), std::string("{what is this"), std::string(41, 'w')})
    expect(word_of(text) == "other", "\"" + text + "\" has no word to be counted by");
  const auto unsure = of_error_reply("NOREPLICAS baton: written, and not confirmed, outcome unknown: 0 of 2 have it");
  const auto* unknown = std::get_if<Unknown>(&unsure);
  expect(unknown != nullptr && unknown->error == "NOREPLICAS", "the router's `outcome unknown` is unknown");
}

void pausing() {
  expect(pause_before(1, 0.0) == Milliseconds(10), "no pause is shorter than 10 ms");
  expect(pause_before(1, 1.0) == Milliseconds(100), "the first pause is at most 100 ms");
  expect(pause_before(3, 0.5) == Milliseconds(200), "the jitter covers the whole range");
  expect(pause_before(1000, 1.0) == Milliseconds(1000), "no pause is longer than 1 s");
}

void breaking() {
  Breaker breaker(5, Milliseconds(500));
  const auto at = [](int milliseconds) { return Milliseconds(milliseconds); };
  const auto fail = [&](int times, Turn turn, int now) {
    for (int number = 0; number < times; ++number) breaker.failed(turn, at(now));
  };
  fail(4, Turn::ordinary, 0);
  expect(breaker.enter(at(0)) == Turn::ordinary, "four failures open nothing");
  breaker.succeeded();
  fail(4, Turn::ordinary, 0);
  expect(breaker.enter(at(0)) == Turn::ordinary, "a success begins the count anew");
  fail(1, Turn::ordinary, 0);
  fail(9, Turn::ordinary, 400);
  expect(!breaker.enter(at(499)), "five in a row open it for 500 ms");
  expect(breaker.enter(at(500)) == Turn::trial, "calls that are not held back do not make the pause longer");
  fail(1, Turn::trial, 500);
  expect(!breaker.enter(at(1499)) && breaker.enter(at(1500)), "a failed trial doubles the pause");
  fail(10, Turn::trial, 1500);
  expect(!breaker.enter(at(6499)) && breaker.enter(at(6500)), "no pause is longer than 5 s");
  breaker.end_pause(at(1600));
  expect(breaker.enter(at(1600)) == Turn::trial, "another primary lets one try at once");
  breaker.succeeded();
  expect(breaker.enter(at(1600)) == Turn::ordinary, "a success closes it");
}

void refusing() {
  using Words = std::vector<std::string>;
  const Words waits{"xread", "block", "0", "streams", "key", "$"};
  for (const Words& words : {Words{"MULTI"}, Words{"select", "1"}, Words{"BLPOP", "key", "0"}, waits})
    expect(needs_one_connection(words), words[0] + " needs a connection of its own");
  const Words group{"XREADGROUP", "GROUP", "block", "one", "STREAMS", "block", ">"};
  expect(!needs_one_connection(group) && !needs_one_connection({"GET", "key"}), "knows a name from an option");
  Answer locked = silent();
  locked.refusal = "WRONGPASS";
  const auto word = [](const std::vector<Answer>& answers) { return of_unclear(Unclear{""}, answers).error; };
  expect(word({locked, locked, silent()}) == "WRONGPASS", "a login that two refuse is told with its word");
  expect(word({locked}) == "WRONGPASS", "and one that the only Sentinel refuses");
  expect(word({locked, silent(), silent()}) == "no-primary", "one of three may be a stranger");
  expect(word({locked, locked, names(kOld, 1)}) == "no-primary", "nor are the others mute where one names a primary");
}

bool is_refused(const std::function<void()>& act) {
  try {
    act();
  } catch (const std::invalid_argument&) {
    return true;
  }
  return false;
}

void reading_addresses() {
  expect(parse_address("redis-1:6379") == Address{"redis-1", 6379}, "reads a name with a port");
  expect(parse_address("[2001:db8::1]:6379").text() == "[2001:db8::1]:6379", "reads an IPv6 address");
  for (const char* text : {"", ":1", "host", "host:0", "host:65536", "host:6379x", "2001:db8::1:6379"})
    expect(is_refused([text] { parse_address(text); }), std::string("refuses the address \"") + text + "\"");
  expect(is_refused([] { Client client(Settings{}); }), "refuses settings without Sentinels and router");
}

/// Listens, and never says a word: what a frozen server looks like from outside.
class SilentServer {
 public:
  SilentServer() : socket_(::socket(AF_INET, SOCK_STREAM, 0)) {
    sockaddr_in place{};
    place.sin_family = AF_INET;
    place.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof place;
    const bool is_up = ::bind(socket_, reinterpret_cast<sockaddr*>(&place), size) == 0 && ::listen(socket_, 16) == 0;
    expect(is_up && ::getsockname(socket_, reinterpret_cast<sockaddr*>(&place), &size) == 0, "a port to listen at");
    port_ = ntohs(place.sin_port);
  }
  SilentServer(const SilentServer&) = delete;
  ~SilentServer() { ::close(socket_); }
  std::string address() const { return "127.0.0.1:" + std::to_string(port_); }

 private:
  int socket_;
  int port_ = 0;
};

Settings through(const std::string& router, int retry_for_ms) {
  Settings settings;
  settings.router = router;
  settings.command_timeout = Milliseconds(50);
  settings.connect_timeout = Milliseconds(50);
  settings.retry_for = Milliseconds(retry_for_ms);
  return settings;
}

template <typename Act>
long long milliseconds_of(const Act& act) {
  const auto began = detail::Clock::now();
  act();
  return std::chrono::duration_cast<Milliseconds>(detail::Clock::now() - began).count();
}

void calling() {
  const SilentServer frozen;
  Client plain(through(frozen.address(), 300));
  Outcome outcome;
  const auto at_once = milliseconds_of([&] { outcome = plain.call({"RPUSH", "key", "1"}); });
  const auto* unknown = std::get_if<Unknown>(&outcome);
  expect(unknown != nullptr && unknown->error == "timeout", "no reply in time is unknown");
  expect(at_once < 200, "unknown is told at once unless the command is idempotent");
  CallOptions idempotent;
  idempotent.idempotent = true;
  const auto retried = milliseconds_of([&] { outcome = plain.call({"SET", "key", "1"}, idempotent); });
  expect(std::holds_alternative<Unknown>(outcome), "what may have been executed once stays unknown");
  expect(retried >= 100 && retried < 600, "an idempotent command is tried again until retry_for is over");

  Client beside(through(frozen.address(), 300));
  CallOptions covered;
  covered.fallback = [] { return Value{std::string("of the database")}; };
  outcome = beside.call({"INCR", "key"}, covered);
  expect(std::holds_alternative<Unknown>(outcome), "no fallback covers what may have been executed");
  covered.from_replica = true;
  outcome = beside.call({"GET", "key"}, covered);
  expect(std::holds_alternative<Fallback>(outcome), "what may be run twice is covered, and reads may");
  for (int number = 0; number < 5; ++number) beside.call({"INCR", "key"});
  expect(milliseconds_of([&] { beside.call({"GET", "key"}, covered); }) < 20, "five failures in a row open the breaker");
  outcome = beside.call({"INCR", "key"});
  expect(std::holds_alternative<Unknown>(outcome), "an open breaker holds back no call without a fallback");
  expect(is_refused([&beside] { beside.call({"MULTI"}); }), "refuses MULTI before anything is sent");

  Settings locked = through(frozen.address(), 0);
  locked.password = "a-secret";
  outcome = Client(locked).call({"GET", "key"});
  const auto* failed = std::get_if<NotDone>(&outcome);
  expect(failed != nullptr && failed->error == "no-connection", "a login without a reply leaves the command unsent");
  expect(failed != nullptr && failed->message.find("a-secret") == std::string::npos, "no message has a password");

  // Port 1 of loopback: nobody listens there.
  Client nowhere(through("127.0.0.1:1", 0));
  for (int number = 0; number < 5; ++number) nowhere.call({"GET", "key"});
  CallOptions with_fallback;
  with_fallback.fallback = [] { return Value{std::string("of the database")}; };
  const auto took = milliseconds_of([&] { outcome = nowhere.call({"GET", "key"}, with_fallback); });
  const auto* given = std::get_if<Fallback>(&outcome);
  expect(given != nullptr && *given->value.text() == "of the database", "an open breaker gives the fallback");
  const auto* because = given == nullptr ? nullptr : std::get_if<NotDone>(&given->because);
  expect(because != nullptr && because->error == "breaker-open", "five failures in a row open the breaker");
  expect(took < 20, "an open breaker gives the fallback at once");
  Client waiting(through("127.0.0.1:1", 400));
  const auto waited = milliseconds_of([&] { outcome = waiting.call({"GET", "key"}); });
  failed = std::get_if<NotDone>(&outcome);
  expect(failed != nullptr && failed->error == "no-connection", "tells why, when retry_for is over");
  expect(waited < 500, "a call ends when retry_for is over, and not later");
}

}  // namespace

int main() {
  judging();
  choosing_replicas();
  classifying();
  pausing();
  breaking();
  refusing();
  reading_addresses();
  calling();
  std::cout << promises - broken << " of " << promises << " promises hold" << std::endl;
  return broken == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
