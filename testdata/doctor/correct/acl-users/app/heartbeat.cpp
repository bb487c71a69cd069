// Writes the time into Redis every second, whoever is the primary.
#include <sw/redis++/redis++.h>

#include <chrono>
#include <cstdlib>
#include <iostream>
#include <memory>
#include <string>
#include <thread>

using namespace std::chrono_literals;

namespace {

std::unique_ptr<sw::redis::Redis> connect() {
    sw::redis::SentinelOptions sentinels;
    sentinels.nodes = {{"10.1.0.11", 26379}, {"10.1.0.12", 26379}, {"10.1.0.13", 26379}};
    sentinels.connect_timeout = 300ms;
    sentinels.socket_timeout = 300ms;
    sentinels.password = std::getenv("SENTINEL_PASSWORD");

    sw::redis::ConnectionOptions connection;
    connection.connect_timeout = 500ms;
    connection.socket_timeout = 500ms;
    connection.password = std::getenv("REDIS_PASSWORD");

    // No connection gets older than this without a question to Sentinel.
    sw::redis::ConnectionPoolOptions pool;
    pool.size = 2;
    pool.connection_lifetime = 1000ms;

    auto sentinel = std::make_shared<sw::redis::Sentinel>(sentinels);
    return std::make_unique<sw::redis::Redis>(sentinel, "shop", sw::redis::Role::MASTER, connection, pool);
}

}  // namespace

int main() {
    auto redis = connect();
    while (true) {
        try {
            const auto now = std::chrono::system_clock::now().time_since_epoch().count();
            redis->set("shop:heartbeat", std::to_string(now));
        } catch (const sw::redis::Error &error) {
            // Also READONLY and NOREPLICAS, which come over a connection that works.
            std::cerr << error.what() << std::endl;
            redis = connect();
        }
        std::this_thread::sleep_for(1s);
    }
}
