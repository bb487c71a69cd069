<?php

// The object cache of one request: what WordPress has asked for once it does not ask again, and while Redis is
// away this is all there is.

declare(strict_types=1);

namespace BatonShop;

final class ObjectCache
{
    public int $cache_hits = 0;
    public int $cache_misses = 0;
    /** @var array<string, mixed> by group and key */
    private array $values = [];
    /** @var array<string, true> Redis has been asked, and had none */
    private array $missed = [];
    /** @var array<string, true> */
    private array $globalGroups = [];
    /** @var array<string, true> */
    private array $ownGroups = [];
    private string $blog;

    public function __construct(private readonly Store $store, private readonly bool $isMultisite, int $blog)
    {
        $this->blog = (string) $blog;
    }

    public function get(int|string $key, string $group, bool $force = false, ?bool &$found = null): mixed
    {
        $id = $this->id($key, $group);
        $isOwn = $this->isOwn($group);
        $known = array_key_exists($id, $this->values);
        if (!$isOwn && ($force || (!$known && !isset($this->missed[$id])))) {
            $this->load([$id]);
        }
        return $this->remembered($id, $found);
    }

    /**
     * @param array<int|string> $keys
     * @return array<int|string, mixed>
     */
    public function getMultiple(array $keys, string $group, bool $force = false): array
    {
        $ids = [];
        foreach ($keys as $key) {
            $ids[$key] = $this->id($key, $group);
        }
        $isKnown = fn (string $id): bool => array_key_exists($id, $this->values) || isset($this->missed[$id]);
        $wanted = array_filter($ids, static fn (string $id): bool => $force || !$isKnown($id));
        if ($wanted !== [] && !$this->isOwn($group)) {
            $this->load(array_values(array_unique($wanted)));
        }
        return array_map(fn (string $id): mixed => $this->remembered($id), $ids);
    }

    public function add(int|string $key, mixed $value, string $group, int $seconds): bool
    {
        $id = $this->id($key, $group);
        if (array_key_exists($id, $this->values)) {
            return false;
        }
        $added = $this->isOwn($group) ? Added::Done : $this->store->add($id, $value, $seconds);
        if ($added === Added::Taken) {
            unset($this->missed[$id]);
            return false;
        }
        $this->remember($id, $value);
        return true;
    }

    public function set(int|string $key, mixed $value, string $group, int $seconds): bool
    {
        $id = $this->id($key, $group);
        $this->remember($id, $value);
        if (!$this->isOwn($group)) {
            $this->store->set($id, $value, $seconds);
        }
        return true;
    }

    public function replace(int|string $key, mixed $value, string $group, int $seconds): bool
    {
        $found = false;
        $this->get($key, $group, false, $found);
        return $found && $this->set($key, $value, $group, $seconds);
    }

    public function delete(int|string $key, string $group): bool
    {
        $id = $this->id($key, $group);
        $wasHere = array_key_exists($id, $this->values);
        unset($this->values[$id]);
        $this->missed[$id] = true;
        return ($this->isOwn($group) ? false : $this->store->drop($id)) || $wasHere;
    }

    /** Never below zero, as in WordPress. */
    public function shift(int|string $key, int $offset, string $group): int|false
    {
        $id = $this->id($key, $group);
        $here = $this->get($key, $group);
        $number = $this->isOwn($group) ? null : $this->store->shift($id, $offset);
        if ($number === false && $here !== false) {
            // What is there is no number: it counts as 0.
            $number = max(0, (is_numeric($here) ? (int) $here : 0) + $offset);
            $this->store->set($id, $number, 0);
        }
        if ($number === null && $here !== false) {
            $number = max(0, (is_numeric($here) ? (int) $here : 0) + $offset);
        }
        if (!is_int($number)) {
            return false;
        }
        $this->remember($id, $number);
        return $number;
    }

    public function flush(): bool
    {
        $this->flushRuntime();
        return $this->store->flush();
    }

    public function flushRuntime(): bool
    {
        $this->values = $this->missed = [];
        return true;
    }

    /** @param list<string> $groups shared by all sites of a network */
    public function addGlobalGroups(array $groups): void
    {
        $this->globalGroups += array_fill_keys($groups, true);
    }

    /** @param list<string> $groups that no other request may see */
    public function addOwnGroups(array $groups): void
    {
        $this->ownGroups += array_fill_keys($groups, true);
    }

    public function switchToBlog(int $blog): void
    {
        $this->blog = (string) $blog;
    }

    public function close(): void
    {
        $this->store->close();
    }

    private function id(int|string $key, string $group): string
    {
        $group = $group === '' ? 'default' : $group;
        $site = $this->isMultisite && !isset($this->globalGroups[$group]) ? "$this->blog/" : '';
        return "$site$group:$key";
    }

    private function isOwn(string $group): bool
    {
        return isset($this->ownGroups[$group]);
    }

    /** @param list<string> $ids */
    private function load(array $ids): void
    {
        $found = $this->store->fetch($ids);
        if ($found === null) {
            return;
        }
        foreach ($ids as $id) {
            unset($this->values[$id], $this->missed[$id]);
            if (array_key_exists($id, $found)) {
                $this->values[$id] = $found[$id];
            } else {
                $this->missed[$id] = true;
            }
        }
    }

    private function remember(string $id, mixed $value): void
    {
        $this->values[$id] = is_object($value) ? clone $value : $value;
        unset($this->missed[$id]);
    }

    private function remembered(string $id, ?bool &$found = null): mixed
    {
        $found = array_key_exists($id, $this->values);
        $found ? $this->cache_hits++ : $this->cache_misses++;
        $value = $found ? $this->values[$id] : false;
        return is_object($value) ? clone $value : $value;
    }
}
