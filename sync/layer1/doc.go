package layer1
