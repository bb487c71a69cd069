<?php

// The one template of the shop: the notice, the cart, then whatever the page is about.

$page = shop_page();
?>
<!DOCTYPE html>
<html <?php language_attributes(); ?>>
<head>
<meta charset="<?php bloginfo('charset'); ?>">
<title><?php bloginfo('name'); ?></title>
<?php wp_head(); ?>
</head>
<body <?php body_class(); ?>>
<header>
<a href="<?php echo esc_url(home_url('/')); ?>"><?php bloginfo('name'); ?></a>
<p data-notice="<?php echo (int) get_option('shop_notice'); ?>">Today's offer is number <?php echo (int) get_option('shop_notice'); ?>.</p>
<p><a href="<?php echo esc_url(home_url('/?shop=cart')); ?>"><?php echo count(shop_session()->data); ?> in your cart</a></p>
<?php get_search_form(); ?>
</header>
<main>
<?php
if ($page !== null) {
    echo $page;
} elseif (!have_posts()) {
    echo '<p>Nothing is found.</p>';
} else {
    while (have_posts()) {
        the_post();
        the_title('<h2><a href="' . esc_url(get_permalink()) . '">', '</a></h2>');
        the_content();
    }
}
?>
</main>
<?php wp_footer(); ?>
</body>
</html>
