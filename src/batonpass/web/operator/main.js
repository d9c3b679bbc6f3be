// The operator page begins here.
