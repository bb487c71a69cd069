<?php

// WordPress' object cache in Redis, for wp-content/: pages go on without Redis, and nothing that was changed
// meanwhile comes back afterwards. What it does is in baton/; here are the names that WordPress calls.

use BatonShop\{DatabaseMarks, NoLink, ObjectCache, ShortLink, Store, UsualLink};

if (!defined('ABSPATH')) {
    exit;
}

require_once __DIR__ . '/baton/redis/baton-redis.php';
foreach (['Link', 'Marks', 'Store', 'ObjectCache', 'Sessions'] as $baton_part) {
    require_once __DIR__ . "/baton/$baton_part.php";
}

function wp_cache_init(): void
{
    global $wp_object_cache, $wpdb;
    $site = hash('crc32b', DB_HOST . ' ' . DB_NAME . ' ' . $wpdb->base_prefix);
    $store = new Store(baton_link(), new DatabaseMarks($wpdb), $site, BatonShop\LONG_RUN_MS);
    $wp_object_cache = new ObjectCache($store, is_multisite(), get_current_blog_id());
}

/** One way to Redis for everything in a request: what finds out that it is away tells the others. */
function baton_link(): \BatonShop\Link
{
    static $link = null;
    $usual = (string) getenv('SHOP_USUAL_REDIS');
    return $link ??= $usual === '' ? ShortLink::fromEnvironment() ?? new NoLink() : new UsualLink($usual);
}

function baton_cache(): ObjectCache
{
    return $GLOBALS['wp_object_cache'];
}

/** A key is a number, or a text that is not empty. */
function baton_is_key($key): bool
{
    return is_int($key) || (is_string($key) && trim($key) !== '');
}

function wp_cache_add($key, $data, $group = '', $expire = 0)
{
    $may = baton_is_key($key) && !wp_suspend_cache_addition();
    return $may && baton_cache()->add($key, $data, (string) $group, (int) $expire);
}

function wp_cache_add_multiple(array $data, $group = '', $expire = 0)
{
    $add = static fn ($key, $value) => wp_cache_add($key, $value, $group, $expire);
    return array_combine(array_keys($data), array_map($add, array_keys($data), $data));
}

function wp_cache_replace($key, $data, $group = '', $expire = 0)
{
    return baton_is_key($key) && baton_cache()->replace($key, $data, (string) $group, (int) $expire);
}

function wp_cache_set($key, $data, $group = '', $expire = 0)
{
    return baton_is_key($key) && baton_cache()->set($key, $data, (string) $group, (int) $expire);
}

function wp_cache_set_multiple(array $data, $group = '', $expire = 0)
{
    $set = static fn ($key, $value) => wp_cache_set($key, $value, $group, $expire);
    return array_combine(array_keys($data), array_map($set, array_keys($data), $data));
}

function wp_cache_get($key, $group = '', $force = false, &$found = null)
{
    $found = false;
    return baton_is_key($key) ? baton_cache()->get($key, (string) $group, (bool) $force, $found) : false;
}

function wp_cache_get_multiple($keys, $group = '', $force = false)
{
    $fit = array_filter((array) $keys, baton_is_key(...));
    return baton_cache()->getMultiple($fit, (string) $group, (bool) $force) + array_fill_keys((array) $keys, false);
}

function wp_cache_delete($key, $group = '')
{
    return baton_is_key($key) && baton_cache()->delete($key, (string) $group);
}

function wp_cache_delete_multiple(array $keys, $group = '')
{
    return array_combine($keys, array_map(static fn ($key) => wp_cache_delete($key, $group), $keys));
}

function wp_cache_incr($key, $offset = 1, $group = '')
{
    return baton_is_key($key) ? baton_cache()->shift($key, (int) $offset, (string) $group) : false;
}

function wp_cache_decr($key, $offset = 1, $group = '')
{
    return baton_is_key($key) ? baton_cache()->shift($key, -(int) $offset, (string) $group) : false;
}

function wp_cache_flush()
{
    return baton_cache()->flush();
}

function wp_cache_flush_runtime()
{
    return baton_cache()->flushRuntime();
}

/** More than was asked for, and never less. */
function wp_cache_flush_group($group)
{
    return baton_cache()->flush();
}

function wp_cache_supports($feature)
{
    $ours = ['add_multiple', 'set_multiple', 'get_multiple', 'delete_multiple', 'flush_runtime'];
    return in_array($feature, $ours, true);
}

function wp_cache_close()
{
    baton_cache()->close();
    return true;
}

function wp_cache_add_global_groups($groups): void
{
    baton_cache()->addGlobalGroups((array) $groups);
}

function wp_cache_add_non_persistent_groups($groups): void
{
    baton_cache()->addOwnGroups((array) $groups);
}

function wp_cache_switch_to_blog($blog_id): void
{
    baton_cache()->switchToBlog((int) $blog_id);
}
