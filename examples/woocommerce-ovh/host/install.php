<?php

// Puts WordPress and the shop's goods into an empty database: php install.php FOLDER-OF-WORDPRESS. No page of it is
// needed, and no network. The administrator's password comes from the environment.

declare(strict_types=1);

define('WP_INSTALLING', true);
$_SERVER['HTTP_HOST'] = (string) parse_url((string) getenv('SHOP_URL'), PHP_URL_HOST);
/** No mail is sent. */
function wp_new_blog_notification(): void
{
}

require $argv[1] . '/wp-load.php';
require_once ABSPATH . 'wp-admin/includes/upgrade.php';

wp_install('The Teapot', 'admin', 'admin@example.org', true, '', (string) getenv('SHOP_ADMIN_PASSWORD'));
update_option('template', 'shop');
update_option('stylesheet', 'shop');
update_option('shop_notice', 1);
shop_sessions()->install();
$goods = ['teapot', 'cup', 'saucer', 'kettle', 'spoon', 'tray'];
foreach ($goods as $name) {
    $text = 'A ' . $name . ' of white china, ready to be sent.';
    $post = ['post_type' => 'product', 'post_status' => 'publish', 'post_name' => $name];
    $id = wp_insert_post($post + ['post_title' => ucfirst($name), 'post_content' => $text], true);
    is_int($id) || throw new RuntimeException($id->get_error_message());
    update_post_meta($id, 'price', 1);
}
echo count($goods), " products\n";
