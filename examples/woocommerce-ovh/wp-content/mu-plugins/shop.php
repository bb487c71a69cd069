<?php

/**
 * Plugin Name: A shop, as small as can be
 *
 * Stands in for WooCommerce, which Debian does not have: products, a cart in a session, orders in the database.
 * Prices and the notice are changed by an editor with a token, so that somebody can tell an old page from a new one.
 */

declare(strict_types=1);

use BatonShop\{Session, Sessions};

const SHOP_COOKIE = 'shop_cart';
const SHOP_LINES_MAX = 100;

add_action('init', static function (): void {
    register_post_type('product', ['public' => true, 'label' => 'Products', 'supports' => ['title', 'editor']]);
    register_post_type('shop_order', ['public' => false, 'label' => 'Orders']);
});

/**
 * Where Debian's wordpress-l10n is installed, the page of the login asks wordpress.org which languages there are
 * besides, and complains when it may not (WP_HTTP_BLOCK_EXTERNAL). What is installed is enough.
 */
add_filter('translations_api', static fn (): array => ['translations' => []]);

/** WordPress does this once a day. */
add_action('wp_scheduled_delete', static fn () => shop_sessions()->forgetOld());

/** Products among the posts, on the front page and in a search. */
add_action('pre_get_posts', static function (WP_Query $query): void {
    if ($query->is_main_query() && !is_admin() && ($query->is_home() || $query->is_search())) {
        $query->set('post_type', ['post', 'product']);
    }
});

add_filter('the_content', static function (string $content): string {
    if (get_post_type() !== 'product') {
        return $content;
    }
    $price = (int) get_post_meta((int) get_the_ID(), 'price', true);
    return "$content<p class=\"price\" data-price=\"$price\">$price EUR</p>";
});

function shop_sessions(): Sessions
{
    static $sessions = null;
    return $sessions ??= new Sessions(baton_link(), $GLOBALS['wpdb']);
}

function shop_session(): Session
{
    static $session = null;
    $cookie = is_string($_COOKIE[SHOP_COOKIE] ?? null) ? $_COOKIE[SHOP_COOKIE] : '';
    return $session ??= shop_sessions()->read(Session::parse($cookie) ?? Session::fresh());
}

/** A short word that the visitor chose: letters, digits, dashes. */
function shop_word(string $name): string
{
    $word = is_string($_POST[$name] ?? null) ? $_POST[$name] : '';
    return preg_match('/^[\w-]{1,40}$/D', $word) === 1 ? $word : shop_end(400, "$name is missing");
}

function shop_end(int $status, string $text, array $headers = []): never
{
    status_header($status);
    nocache_headers();
    foreach ($headers as $name => $value) {
        header("$name: $value");
    }
    header('Content-Type: text/plain; charset=utf-8');
    echo $text, "\n";
    exit;
}

function shop_keep_cookie(Session $session): void
{
    $options = ['path' => '/', 'httponly' => true, 'samesite' => 'Lax', 'secure' => is_ssl()];
    setcookie(SHOP_COOKIE, $session->cookie(), ['expires' => time() + 172800] + $options);
}

/** The line has a name of its own: to put it in twice is the same as once. */
function shop_put_in_cart(): never
{
    $line = shop_word('line');
    $product = get_page_by_path(shop_word('product'), OBJECT, 'product') ?? shop_end(404, 'no such product');
    $entry = ['product' => $product->post_name, 'price' => (int) get_post_meta($product->ID, 'price', true)];
    $put = static fn (array $data): array => count($data) < SHOP_LINES_MAX ? $data + [$line => $entry] : $data;
    $session = shop_sessions()->change(shop_session()->id, $put);
    shop_keep_cookie($session);
    isset($session->data[$line]) || shop_end(409, 'your cart is full');
    shop_end(303, "in your cart: $line", ['Location' => home_url('/?shop=cart')]);
}

/** The order has a name of its own, too: whoever has heard no answer may send it again. */
function shop_place_order(): never
{
    $order = shop_word('order');
    $number = 0;
    $place = static function (array $lines) use ($order, &$number): array {
        $there = shop_order_number($order);
        if ($there !== 0 || $lines === []) {
            $number = $there;
            return $lines;
        }
        $post = ['post_type' => 'shop_order', 'post_status' => 'private', 'post_title' => $order];
        $number = wp_insert_post($post + ['post_content' => wp_slash(wp_json_encode($lines))], true);
        return is_int($number) ? [] : throw new RuntimeException($number->get_error_message());
    };
    $session = shop_sessions()->change(shop_session()->id, $place);
    shop_keep_cookie($session);
    $number === 0 && shop_end(409, 'your cart is empty');
    shop_end(303, "order $number", ['Location' => home_url("/?shop=thanks&number=$number")]);
}

/** Of the database, whatever a cache says. 0: there is none. */
function shop_order_number(string $order): int
{
    global $wpdb;
    $select = "SELECT ID FROM $wpdb->posts WHERE post_type = 'shop_order' AND post_title = %s";
    return (int) $wpdb->get_var($wpdb->prepare($select, $order));
}

function shop_edit(): never
{
    $token = (string) getenv('SHOP_EDITOR_TOKEN');
    $said = is_string($_SERVER['HTTP_X_EDITOR_TOKEN'] ?? null) ? $_SERVER['HTTP_X_EDITOR_TOKEN'] : '';
    ($token !== '' && hash_equals($token, $said)) || shop_end(403, 'not for you');
    $number = (int) shop_word('number');
    $what = shop_word('what');
    if ($what === 'notice') {
        update_option('shop_notice', $number);
        shop_end(200, "the notice says $number");
    }
    $product = get_page_by_path($what, OBJECT, 'product') ?? shop_end(404, 'no such product');
    update_post_meta($product->ID, 'price', $number);
    shop_end(200, "$what costs $number");
}

add_action('template_redirect', static function (): void {
    $what = is_string($_GET['shop'] ?? null) ? $_GET['shop'] : '';
    if ($what !== '') {
        nocache_headers();
    }
    $isPost = ($_SERVER['REQUEST_METHOD'] ?? '') === 'POST';
    match ($isPost ? $what : '') {
        'add' => shop_put_in_cart(),
        'order' => shop_place_order(),
        'edit' => shop_edit(),
        default => null,
    };
    if ($what === 'failures' && ($_SERVER['REMOTE_ADDR'] ?? '') === '127.0.0.1') {
        shop_end(200, 'shop_redis_failures_total ' . (int) apcu_fetch('baton-shop-failures'));
    }
});

/** For the theme: what a page of the shop shows, or null where the page is one of WordPress'. */
function shop_page(): ?string
{
    $what = is_string($_GET['shop'] ?? null) ? $_GET['shop'] : '';
    if ($what === 'thanks') {
        return '<h1>Thank you</h1><p data-order="' . (int) ($_GET['number'] ?? 0) . '">Your order is placed.</p>';
    }
    if ($what !== 'cart') {
        return null;
    }
    $session = shop_session();
    $html = '<h1>Your cart</h1><ul>';
    foreach ($session->data as $line => $entry) {
        $html .= sprintf('<li data-line="%s">%s</li>', esc_attr((string) $line), esc_html($entry['product']));
    }
    return $html . sprintf('</ul><p data-from="%s"></p>', $session->isFromRedis ? 'redis' : 'database');
}
