<?php

// Loads the library: require this file, nothing else is needed (no Composer).

declare(strict_types=1);

$parts = ['Values', 'Settings', 'Rules', 'State', 'Breaker', 'Resp', 'Sentinels', 'Libraries', 'Lines', 'Client'];
foreach ($parts as $part) {
    require_once __DIR__ . "/src/$part.php";
}
