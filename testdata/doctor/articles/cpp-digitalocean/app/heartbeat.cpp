// Writes the time into Redis every five seconds, whoever is the primary.
#include <redis/redis.h>

#include <iostream>
#include <string>
#include <utility>
#include <vector>

int main() {
    std::vector<std::pair<std::string, int>> sentinels = {
        {"203.0.113.21", 26379}, {"203.0.113.22", 26379}, {"203.0.113.23", 26379}};
    try {
        auto redis = redis::Redis(sentinels, "beat", "evening-train-to-kent");
        while (true) {
            redis.set("heartbeat", std::to_string(std::chrono::system_clock::now().time_since_epoch().count()));
            std::string seen = redis.get("heartbeat");
            std::cout << seen << std::endl;
            std::this_thread::sleep_for(std::chrono::seconds(5));
        }
    } catch (const redis::redis_error &error) {
        std::cerr << error.what() << std::endl;
        return 1;
    }
}
