<?php

// The settings of the shop: all of them come from the environment of PHP-FPM, so that this file holds no secret.

define('DB_NAME', (string) getenv('SHOP_DB_NAME'));
define('DB_USER', (string) getenv('SHOP_DB_USER'));
define('DB_PASSWORD', (string) getenv('SHOP_DB_PASSWORD'));
define('DB_HOST', (string) getenv('SHOP_DB_HOST'));
define('DB_CHARSET', 'utf8mb4');
define('DB_COLLATE', '');
define('WP_HOME', (string) getenv('SHOP_URL'));
define('WP_SITEURL', (string) getenv('SHOP_URL'));

$shop_words = ['AUTH', 'SECURE_AUTH', 'LOGGED_IN', 'NONCE'];
foreach ($shop_words as $shop_word) {
    define("{$shop_word}_KEY", hash_hmac('sha256', "$shop_word key", (string) getenv('SHOP_SECRET')));
    define("{$shop_word}_SALT", hash_hmac('sha256', "$shop_word salt", (string) getenv('SHOP_SECRET')));
}

// A timer of the system calls wp-cron.php; a page never does.
define('DISABLE_WP_CRON', true);
define('AUTOMATIC_UPDATER_DISABLED', true);
define('WP_HTTP_BLOCK_EXTERNAL', true);
// Warnings go to the log of PHP-FPM, never into a page.
define('WP_DEBUG', true);
define('WP_DEBUG_DISPLAY', false);

$table_prefix = 'wp_';
if (!defined('ABSPATH')) {
    define('ABSPATH', __DIR__ . '/');
}
require_once ABSPATH . 'wp-settings.php';
